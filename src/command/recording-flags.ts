import { UsageError } from '../errors.ts';
import { COMMAND_PANES, isPane } from '../panes/registry.ts';
import type { Arguments } from './arguments.ts';
import { textOf } from './flag-values.ts';
import type { Options } from './options.ts';

/** Flags of the screen that say what is recorded, or how a recording is shown. */
export const ofRecordings = (command: string, flag: string): boolean =>
  FLAGS[command]?.includes(flag) === true;

/** The archive that bundle writes. */
function bundleOf([file]: readonly string[]): string {
  if (file === undefined || file === '-')
    throw new UsageError('bundle needs a file to write, such as incident.tar.gz');
  return file;
}

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  record: ['wire'],
  replay: ['wire', 'bits', 'iec'],
  diff: ['bits', 'iec'],
};

/** What is traced, or read at all. */
const OF_CAPTURE = ['function', 'path', 'kernel-stack', 'tls', 'query'];

function refuseCapture({ flags }: Arguments): void {
  const flag = OF_CAPTURE.find((one) => flags.has(one));
  if (flag !== undefined)
    throw new UsageError(`--${flag}: a recording has what was captured then: leave out --${flag}`);
}

/** The files of a command. */
interface Files {
  /** The file of record, replay and diff, or that of --from. */
  recording: string | null;
  /** The other one of diff. */
  compared: string | null;
  bundle: string | null;
}

/** And the words that are left. */
interface Found extends Files {
  words: string[];
}

export function filesOf(given: Arguments, command: Options['command'], words: string[]): Found {
  const from = textOf(given, 'from');
  if (from !== null || command === 'replay' || command === 'diff') refuseCapture(given);
  if (command === 'record' || command === 'replay' || command === 'diff') {
    if (from !== null) throw new UsageError(`--from goes with ${COMMAND_PANES.join(', ')}`);
    return command === 'diff' ? twoOf(words) : oneOf(command, words);
  }
  if (command === 'bundle')
    return { ...NONE, recording: from, bundle: bundleOf(words), words: words.slice(1) };
  const isFrames = command === 'ui' && given.flags.has('batch');
  if (from !== null && !isPane(command) && !isFrames)
    throw new UsageError(
      `--from goes with ${COMMAND_PANES.join(', ')}, bundle and --batch; the screen: nettop replay FILE`,
    );
  if (from !== null && given.flags.has('alert'))
    throw new UsageError('--alert: the alerts of a recording are those that were looked for then');
  return { ...NONE, recording: from, words };
}

const NONE: Files = { recording: null, compared: null, bundle: null };

function oneOf(command: string, [file, ...words]: string[]): Found {
  if (file === undefined) throw new UsageError(`${command} needs a file, or - for a pipe`);
  return { ...NONE, recording: file, words };
}

function twoOf([file, other, ...words]: string[]): Found {
  if (file === undefined || other === undefined)
    throw new UsageError('diff needs two recordings: nettop diff BEFORE AFTER');
  if (file === '-' && other === '-')
    throw new UsageError('diff reads one of its recordings from a pipe, not both');
  return { ...NONE, recording: file, compared: other, words };
}
