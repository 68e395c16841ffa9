import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { nearest } from '../filter/nearest.ts';
import { KEYWORDS } from '../filter/vocabulary.ts';
import { COMMAND_PANES, isPane, STREAM_PANES, withFlag } from '../panes/registry.ts';
import type { Arguments } from './arguments.ts';
import { isBatch } from './batch-flags.ts';
import { flagsOf } from './command-help.ts';
import { COMMANDS, type CommandName } from './flags.ts';
import { formatOf } from './formats.ts';
import type { Machine, Options } from './options.ts';
import { ofRecordings } from './recording-flags.ts';

/** The command, and the words that are the filter. */
export function commandOf({ flags, words }: Arguments, names: Machine): [Options['command'], string[]] {
  if (flags.has('help')) return ['help', words];
  if (flags.has('version')) return ['version', []];
  const [first = ''] = words;
  const named = commandNamed(first);
  const rest = named ? words.slice(1) : words;
  const slip = named === null ? loneWord(words) : null;
  if (slip !== null && nearest(slip, Object.keys(COMMANDS)) !== null && !names.isProcess?.(slip))
    throw noCommand(slip);
  if (flags.has('private')) refuseUnhidden(flags.has('debug-func') ? '--debug-func' : named);
  const isText = isBatch({ flags }, named);
  if (flags.has('debug-func')) return ['debug', rest];
  if ((flags.has('json') || flags.has('format') || flags.has('pcapng')) && !named && !isText) {
    const asking = ['tls', 'query', 'wire', 'pcapng'].find((flag) => flags.has(flag));
    return [(asking === undefined ? STREAM_PANES : withFlag(asking))[0] ?? 'ui', rest];
  }
  if (flags.has('stats') && STREAM_PANES.some((name) => name === named))
    throw new UsageError(`--stats shows no packets, ${named} nothing else`);
  const takes = (flag: string) => withFlag(flag).some((name) => name === named);
  for (const flag of ['wire', 'tls', 'query', 'bits', 'iec'])
    if (flags.has(flag) && named !== null && !takes(flag) && !isTakenBy(named, flag))
      throw new UsageError(`--${flag} goes with ${withFlag(flag).join(', ')} and with the screen`);
  for (const flag of ['prefix', 'alert-exec', 'pcapng', 'pcapng-all'])
    if (flags.has(flag) && !takes(flag))
      throw new UsageError(`--${flag} goes with ${withFlag(flag).join(', ')}`);
  const takesRules = named === null || named === 'serve' || named === 'record' || takes('alert');
  if (flags.has('alert') && !takesRules)
    throw new UsageError(
      `--alert goes with ${withFlag('alert').join(', ')}, serve, record and with the screen`,
    );
  if (flags.has('cgroup') && named !== null && !isPane(named))
    throw new UsageError(`--cgroup goes with ${COMMAND_PANES.join(', ')} and with the screen`);
  if (flags.has('events') && !takes('events'))
    throw new UsageError(
      `--events goes with ${withFlag('events').map((name) => `${name}: nettop ${name} --events`)}`,
    );
  if (named === 'doctor' && rest.length > 0)
    throw new UsageError(`doctor takes no argument, not ${quote(rest.join(' '))}`);
  if (named === 'functions' && rest.length > 1)
    throw new UsageError(`functions takes one pattern, not ${quote(rest.join(' '))}`);
  return [named ?? 'ui', rest];
}

/** What prints nothing that could be hidden, or cannot hide what it prints. */
const UNHIDDEN: Readonly<Record<string, string>> = {
  '--debug-func': '--debug-func prints bytes of packets',
  serve: 'pseudonyms would make other series each time',
  record: 'a recording is what was seen; replay and --from take --private, bundle too',
  functions: 'it goes with what is seen of the network',
  explain: 'it goes with what is seen of the network',
  doctor: 'it goes with what is seen of the network',
};

function refuseUnhidden(what: string | null): void {
  const why = what !== null && Object.hasOwn(UNHIDDEN, what) ? UNHIDDEN[what] : undefined;
  if (why !== undefined) throw new UsageError(`--private does not go with ${what}: ${why}`);
}

/** `nettop help`, `nettop help COMMAND`, `nettop help filter` and `nettop COMMAND --help`. */
export function asked(
  { flags, words }: Arguments,
  command: 'help' | 'version',
): Pick<Options, 'command' | 'topic'> {
  const [first = '', second] = words;
  if (command === 'version' && !flags.has('version')) formatOf({ flags, words }, command);
  if (command === 'version' && !flags.has('version') && words.length > 1)
    throw new UsageError(`version takes no argument, not ${quote(second ?? '')}`);
  const topic = first === 'help' ? second : first;
  if (command === 'version' || topic === undefined || topic === '') return { command, topic: null };
  if (first === 'help' && topic === 'filter') return { command, topic };
  const named = commandNamed(topic);
  if (named === null && first === 'help') throw noCommand(topic);
  return { command, topic: named };
}

/** Those that are not of a pane. */
function isTakenBy(command: CommandName, flag: string): boolean {
  return (
    ofRecordings(command, flag) ||
    ((command === 'fleet' || command === 'run') && flagsOf(command).some(({ long }) => long === flag))
  );
}

function commandNamed(word: string): CommandName | null {
  return Object.hasOwn(COMMANDS, word) ? (word as CommandName) : null;
}

/** A word that could be a command as well as a process; null: something else. */
export function loneWord(words: readonly string[]): string | null {
  const [word = ''] = words;
  const isBare = words.length === 1 && /^[a-z][\w-]*$/i.test(word) && !KEYWORDS.has(word.toLowerCase());
  return isBare ? word : null;
}

function noCommand(word: string): UsageError {
  const meant = nearest(word, Object.keys(COMMANDS));
  const shown = /^[\w-]{1,40}$/.test(word) ? word : quote(word);
  return new UsageError(`no command ${shown}; ${meant ? `did you mean ${meant}?` : 'see nettop help'}`);
}
