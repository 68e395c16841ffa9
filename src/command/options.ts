import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Filter } from '../filter/filter.ts';
import { nearest } from '../filter/nearest.ts';
import type { Names } from '../filter/value.ts';
import { KEYWORDS } from '../filter/vocabulary.ts';
import { type Attach, PATHS, type Path } from '../model/model.ts';
import { FORMATS } from '../output/formats/registry.ts';
import {
  type FlagWishes,
  GROUPED_PANES,
  isPane,
  PANE_NAMES,
  STREAM_PANES,
  waysOf,
  withFlag,
} from '../panes/registry.ts';
import type { Units } from '../text/format.ts';
import { programOf } from './alert-program.ts';
import { rulesOf } from './alert-rules.ts';
import { type Arguments, splitArguments } from './arguments.ts';
import { type CaptureFlags, captureIn } from './capture-flags.ts';
import { type Settings, withSettings } from './configuration.ts';
import { filterOf } from './filter-flags.ts';
import { choiceOf, countOf, prefixesOf, textOf, timeOf } from './flag-values.ts';
import { COMMANDS, type CommandName } from './flags.ts';
import { checkedGlob, globsOf } from './globs.ts';
import { type ServeOptions, serveOf } from './serve-flags.ts';

export interface Options extends CaptureFlags {
  /** ui: the screen, or the processes table where there is no terminal. */
  command: 'ui' | CommandName | 'debug';
  /** Of what help tells; null: of all. */
  topic: CommandName | 'filter' | null;
  /** The only word, where it may be a slip: it stands for a process. */
  loneWord: string | null;
  /** Flags and arguments as one. */
  filter: Filter;
  /** 'text', or one of the formats for programs. */
  format: string;
  /** connections: one line for each event. */
  events: boolean;
  /** What the command's rows are put together by, one of its words; null: nothing. */
  by: string | null;
  stats: boolean;
  /** With bytes on the wire. */
  wire: boolean;
  wishes: FlagWishes;
  /** Started when an alert begins and when it ends; null: none. */
  alertProgram: string | null;
  units: Units;
  verbose: boolean;
  color: boolean;
  intervalMs: number;
  durationMs: number | null;
  count: number | null;
  /** Packets per second; 0 for no limit, null for what suits who reads them. */
  rateLimit: number | null;
  attach: Attach;
  /** Patterns of kernel functions to trace; none: the usual ones. */
  functions: readonly string[];
  /** Sets of functions to trace; none: the usual ones. */
  paths: readonly Path[];
  kernelStack: boolean;
  timeSinceStart: boolean;
  timestamp: boolean;
  delta: boolean;
  /** What `functions` lists; null for all. */
  glob: string | null;
  /** Of `serve` alone. */
  serve: ServeOptions;
}

/** What the command line is held against. */
export interface Machine extends Names {
  /** Whether a process bears the name, or one that it is part of. */
  isProcess?: (name: string) => boolean;
  /** What its configuration says, asked where a command takes any of it. */
  settings?: () => Settings;
}

const SHORTEST_INTERVAL_MS = 50;
const MOST = 1e9;

const KINDS: readonly Attach[] = ['auto', 'fentry', 'kprobe-multi', 'kprobe', 'tracepoint'];

/** Reads the arguments after the program's name. Throws a UsageError; a FilterError where a filter is wrong. */
export function parse(
  argv: readonly string[],
  env: { NO_COLOR?: string | undefined },
  names: Machine,
): Options {
  const typed = splitArguments(argv);
  const [command, words] = commandOf(typed, names);
  if (command === 'help' || command === 'version')
    return { ...parse([], env, { ...names, settings: () => new Map() }), ...asked(typed, command) };
  const takes = (flag: string) =>
    withFlag(flag).some((name) => name === command) ||
    (flag === 'alert' && (command === 'ui' || command === 'serve'));
  const given = withSettings(typed, takes, names.settings);
  const intervalMs = timeOf(given, 'interval') ?? 1000;
  if (intervalMs < SHORTEST_INTERVAL_MS)
    throw new UsageError(`--interval: the shortest is ${SHORTEST_INTERVAL_MS}ms`);
  return {
    command,
    topic: null,
    loneWord: command === 'ui' || command === PANE_NAMES[0] ? loneWord(words) : null,
    filter: filterOf(given, command === 'functions' ? [] : words, names),
    format: formatOf(given),
    ...captureIn(given),
    events: given.flags.has('events'),
    by: byOf(given, command),
    stats: given.flags.has('stats'),
    wire: given.flags.has('wire'),
    wishes: wishesIn(given, names),
    alertProgram: programOf(given),
    units: { bits: given.flags.has('bits'), iec: given.flags.has('iec') },
    verbose: given.flags.has('verbose'),
    color: !given.flags.has('no-color') && !env.NO_COLOR,
    intervalMs,
    durationMs: timeOf(given, 'duration'),
    count: countOf(given, 'count', 1, MOST),
    rateLimit: countOf(given, 'rate-limit', 0, MOST),
    attach: choiceOf('attach', textOf(given, 'attach') ?? 'auto', KINDS),
    functions: globsOf(given),
    paths: pathsOf(given),
    kernelStack: given.flags.has('kernel-stack'),
    timeSinceStart: given.flags.has('time-since-start'),
    timestamp: given.flags.has('timestamp'),
    delta: given.flags.has('delta'),
    serve: serveOf(given, command, words),
    glob: command === 'functions' && words[0] !== undefined ? checkedGlob(words[0], 'functions') : null,
  };
}

/** The command, and the words that are the filter. */
function commandOf({ flags, words }: Arguments, names: Machine): [Options['command'], string[]] {
  if (flags.has('help')) return ['help', words];
  if (flags.has('version')) return ['version', []];
  const [first = ''] = words;
  const named = commandNamed(first);
  const rest = named ? words.slice(1) : words;
  const slip = named === null ? loneWord(words) : null;
  if (slip !== null && nearest(slip, Object.keys(COMMANDS)) !== null && !names.isProcess?.(slip))
    throw noCommand(slip);
  if (flags.has('debug-func')) return ['debug', rest];
  if ((flags.has('json') || flags.has('format') || flags.has('pcapng')) && !named) {
    const asking = ['tls', 'query', 'wire', 'pcapng'].find((flag) => flags.has(flag));
    return [(asking === undefined ? STREAM_PANES : withFlag(asking))[0] ?? 'ui', rest];
  }
  if (flags.has('stats') && STREAM_PANES.some((name) => name === named))
    throw new UsageError(`--stats shows no packets, ${named} nothing else`);
  const takes = (flag: string) => withFlag(flag).some((name) => name === named);
  for (const flag of ['wire', 'tls', 'query', 'bits', 'iec'])
    if (flags.has(flag) && named !== null && !takes(flag))
      throw new UsageError(`--${flag} goes with ${withFlag(flag).join(', ')} and with the screen`);
  for (const flag of ['prefix', 'alert-exec', 'pcapng', 'pcapng-all'])
    if (flags.has(flag) && !takes(flag))
      throw new UsageError(`--${flag} goes with ${withFlag(flag).join(', ')}`);
  if (flags.has('alert') && named !== null && named !== 'serve' && !takes('alert'))
    throw new UsageError(`--alert goes with ${withFlag('alert').join(', ')}, serve and with the screen`);
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

/** What --by says, of the words that the command has. */
function byOf(given: Arguments, command: Options['command']): string | null {
  const word = textOf(given, 'by');
  if (word === null) return null;
  const ways = isPane(command) ? waysOf(command) : [];
  if (ways.length === 0) throw new UsageError(`--by goes with ${GROUPED_PANES.join(', ')}`);
  if (given.flags.has('events'))
    throw new UsageError('--by puts rows together, --events tells each: give one');
  return choiceOf('by', word, ways);
}

/** `nettop help`, `nettop help COMMAND`, `nettop help filter` and `nettop COMMAND --help`. */
function asked({ flags, words }: Arguments, command: 'help' | 'version'): Pick<Options, 'command' | 'topic'> {
  const [first = '', second] = words;
  if (command === 'version' && !flags.has('version') && words.length > 1)
    throw new UsageError(`version takes no argument, not ${quote(second ?? '')}`);
  const topic = first === 'help' ? second : first;
  if (command === 'version' || topic === undefined || topic === '') return { command, topic: null };
  if (first === 'help' && topic === 'filter') return { command, topic };
  const named = commandNamed(topic);
  if (named === null && first === 'help') throw noCommand(topic);
  return { command, topic: named };
}

function commandNamed(word: string): CommandName | null {
  return Object.hasOwn(COMMANDS, word) ? (word as CommandName) : null;
}

/** A word that could be a command as well as a process; null: something else. */
function loneWord(words: readonly string[]): string | null {
  const [word = ''] = words;
  const isBare = words.length === 1 && /^[a-z][\w-]*$/i.test(word) && !KEYWORDS.has(word.toLowerCase());
  return isBare ? word : null;
}

function noCommand(word: string): UsageError {
  const meant = nearest(word, Object.keys(COMMANDS));
  const shown = /^[\w-]{1,40}$/.test(word) ? word : quote(word);
  return new UsageError(`no command ${shown}; ${meant ? `did you mean ${meant}?` : 'see nettop help'}`);
}

/** --json is short for --format json. */
function formatOf(given: Arguments): string {
  const names = ['text', ...FORMATS.map(({ name }) => name)];
  const named = textOf(given, 'format');
  if (named !== null && given.flags.has('json'))
    throw new UsageError('--json is --format json: give one of them');
  return given.flags.has('json') ? 'json' : choiceOf('format', named ?? 'text', names);
}

function wishesIn(given: Arguments, names: Names): FlagWishes {
  const rules = rulesOf(given, names);
  const prefixes = prefixesOf(given);
  const { flags } = given;
  return {
    readsTls: flags.has('tls'),
    withQueries: flags.has('query'),
    ...(prefixes && { prefixes }),
    ...(rules.length > 0 && { rules }),
  };
}

/** The sets of functions that --path names. */
function pathsOf(given: Arguments): Path[] {
  const named = textOf(given, 'path')?.split(',') ?? [];
  return [...new Set(named.map((name) => choiceOf('path', name.trim(), PATHS)))];
}
