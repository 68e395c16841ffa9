import { UsageError } from '../errors.ts';
import { COMMAND_PANES, isPane } from '../panes/registry.ts';
import type { Arguments } from './arguments.ts';
import { textOf } from './flag-values.ts';
import type { Options } from './options.ts';

/** Flags of the screen that say what is recorded, or how a recording is shown. */
export const ofRecordings = (command: string, flag: string): boolean =>
  command === 'record' ? flag === 'wire' : command === 'replay' && flag !== 'tls' && flag !== 'query';

/** The archive that bundle writes; null: another command. */
export function bundleOf(command: Options['command'], [file]: readonly string[]): string | null {
  if (command !== 'bundle') return null;
  if (file === undefined || file === '-')
    throw new UsageError('bundle needs a file to write, such as incident.tar.gz');
  return file;
}

/** The file of record and replay, or that of --from, and the words that are left. */
export function recordingOf(
  given: Arguments,
  command: Options['command'],
  words: string[],
): [file: string | null, words: string[]] {
  const from = textOf(given, 'from');
  if (command === 'record' || command === 'replay') {
    const [file, ...rest] = words;
    if (file === undefined) throw new UsageError(`${command} needs a file, or - for a pipe`);
    if (from !== null) throw new UsageError(`--from goes with ${COMMAND_PANES.join(', ')}`);
    return [file, rest];
  }
  if (command === 'bundle') return [from, words.slice(1)];
  if (from !== null && !isPane(command))
    throw new UsageError(
      `--from goes with ${COMMAND_PANES.join(', ')}, bundle; the screen: nettop replay FILE`,
    );
  return [from, words];
}
