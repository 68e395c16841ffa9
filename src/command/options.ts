import { UsageError } from '../errors.ts';
import type { Filter } from '../filter/filter.ts';
import { ANY_NAMES } from '../filter/parser.ts';
import type { Names } from '../filter/value.ts';
import { type Attach, PATHS, type PaneName, type Path } from '../model/model.ts';
import { type FlagWishes, GROUPED_PANES, isPane, PANE_NAMES, waysOf, withFlag } from '../panes/registry.ts';
import type { Units } from '../text/format.ts';
import { programOf } from './alert-program.ts';
import { rulesOf } from './alert-rules.ts';
import type { Arguments } from './arguments.ts';
import { type BatchFlags, batchOf } from './batch-flags.ts';
import { type CaptureFlags, captureIn } from './capture-flags.ts';
import { asked, commandOf, loneWord } from './command-word.ts';
import { type Settings, withSettings } from './configuration.ts';
import { filterOf } from './filter-flags.ts';
import { choiceOf, countOf, prefixesOf, textOf, timeOf } from './flag-values.ts';
import type { CommandName } from './flags.ts';
import { FLEET_INTERVAL_MS, type FleetOptions, filterWords, fleetOf } from './fleet-flags.ts';
import { formatOf } from './formats.ts';
import { checkedGlob, globsOf } from './globs.ts';
import { type Destination, machinesOf, namesOfMachines, withMachines } from './machines.ts';
import { filesOf } from './recording-flags.ts';
import { type RunWishes, runWishesOf, splitRun } from './run-words.ts';
import { type ServeOptions, serveOf } from './serve-flags.ts';
import { type TapeOptions, tapeOf } from './tape-wishes.ts';

export interface Options extends CaptureFlags, BatchFlags, TapeOptions {
  /** ui: the screen, or the processes table where there is no terminal. */
  command: 'ui' | CommandName | 'debug';
  /** Of what help tells; null: of all. */
  topic: CommandName | 'filter' | null;
  /** The recording that is written, or read in place of the kernel; '-': a pipe. null: there is none. */
  recording: string | null;
  /** The one that `diff` compares it with; null: it does not. */
  compared: string | null;
  /** Those that are watched by way of ssh, in place of this one. */
  machines: readonly Destination[];
  /** The only word, where it may be a slip: it stands for a process. */
  loneWord: string | null;
  /** The archive that is written. Of `bundle` alone. */
  bundle: string | null;
  /** Flags and arguments as one. */
  filter: Filter;
  /** Whose processes alone; null: all. */
  cgroup: string | null;
  /** 'text', 'pcapng', or one of the formats of records. */
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
  /** Pseudonyms in the place of addresses and names. */
  isPrivate: boolean;
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
  /** Of `run` alone. */
  run: RunWishes;
  /** Of `serve` alone. */
  serve: ServeOptions;
  /** Of `fleet` alone. */
  fleet: FleetOptions;
}

/** What the command line is held against. */
export interface Machine extends Names {
  /** Whether a process bears the name, or one that it is part of. */
  isProcess?: (name: string) => boolean;
  /** What its configuration says, asked where a command takes any of it. */
  settings?: () => Settings;
  /** What names in a filter mean in a recording. Throws a UsageError where it is none. */
  recorded?: (file: string) => Names;
}

const SHORTEST_INTERVAL_MS = 50;
const MOST = 1e9;

const KINDS: readonly Attach[] = ['auto', 'fentry', 'kprobe-multi', 'kprobe', 'tracepoint'];

/** Reads the arguments after the program's name. Throws a UsageError; a FilterError where a filter is wrong. */
export function parse(
  argv: readonly string[],
  env: {
    NO_COLOR?: string | undefined;
    COLUMNS?: string | undefined;
    PROMETHEUS_URL?: string | undefined;
  },
  machine: Machine,
): Options {
  const { typed: written, behind } = splitRun(argv);
  const typed = withMachines(written);
  const [command, all] = commandOf(typed, machine);
  if (command === 'help' || command === 'version')
    return { ...parse([], env, { ...machine, settings: () => new Map() }), ...asked(typed, command) };
  const given = withSettings(typed, takenBy(command, typed), machine.settings);
  const fleet = fleetOf(given, command, all, env);
  const { words, ...files } = filesOf(given, command, filterWords(command, all));
  const machines = machinesOf(typed, command);
  const names = machines.length > 0 ? namesOfMachines(machines) : namesIn(files.recording, command, machine);
  return {
    command,
    topic: null,
    ...files,
    machines,
    ...tapeOf(given, command, files.recording, names),
    loneWord: files.recording === null && machines.length === 0 ? slipIn(command, words) : null,
    filter: filterOf(given, command === 'functions' ? [] : words, names),
    format: formatOf(given, command),
    ...captureIn(given),
    ...batchOf(given, env),
    ...shownIn(given),
    by: byOf(given, command, fleet.pane),
    wishes: wishesIn(given, names),
    alertProgram: programOf(given),
    units: { bits: given.flags.has('bits'), iec: given.flags.has('iec') },
    verbose: given.flags.has('verbose'),
    color: !given.flags.has('no-color') && !env.NO_COLOR,
    isPrivate: given.flags.has('private'),
    intervalMs: intervalOf(given, command),
    durationMs: timeOf(given, 'duration'),
    count: countOf(given, 'count', 1, MOST),
    ...tracingIn(given),
    run: runWishesOf(given, command, behind),
    serve: serveOf(given, command, words),
    fleet,
    glob: globIn(command, words),
  };
}

const slipIn = (command: Options['command'], words: string[]) =>
  command === 'ui' || command === PANE_NAMES[0] ? loneWord(words) : null;

/** Where and how packets are followed, and how their times are written. */
const tracingIn = (given: Arguments) => ({
  rateLimit: countOf(given, 'rate-limit', 0, MOST),
  attach: choiceOf('attach', textOf(given, 'attach') ?? 'auto', KINDS),
  functions: globsOf(given),
  paths: pathsOf(given),
  kernelStack: given.flags.has('kernel-stack'),
  timeSinceStart: given.flags.has('time-since-start'),
  timestamp: given.flags.has('timestamp'),
  delta: given.flags.has('delta'),
});

/** What is shown, and of whom. */
const shownIn = (given: Arguments): Pick<Options, 'cgroup' | 'events' | 'stats' | 'wire'> => ({
  cgroup: textOf(given, 'cgroup'),
  events: given.flags.has('events'),
  stats: given.flags.has('stats'),
  wire: given.flags.has('wire'),
});

/** What `functions` lists. */
const globIn = (command: Options['command'], [word]: readonly string[]): string | null =>
  command === 'functions' && word !== undefined ? checkedGlob(word, command) : null;

/** Whether a command takes a flag that the configuration may give: a recording has the alerts that were looked for then. */
const takenBy = (command: Options['command'], typed: Arguments) => (flag: string) =>
  !typed.flags.has('from') &&
  (withFlag(flag).some((name) => name === command) ||
    (flag === 'alert' && (command === 'ui' || command === 'serve' || command === 'record')));

/** What names in the filter mean: where a recording is read, as they were then. */
function namesIn(recording: string | null, command: Options['command'], machine: Machine): Names {
  if (command === 'fleet') return ANY_NAMES; // what is there the server knows
  if (recording === null || command === 'record') return machine;
  if (recording === '-') return ANY_NAMES; // it is not there yet: they are read again when it is
  return machine.recorded?.(recording) ?? machine;
}

function intervalOf(given: Arguments, command: Options['command']): number {
  const usual = command === 'fleet' ? FLEET_INTERVAL_MS : 1000;
  const intervalMs = timeOf(given, 'interval') ?? usual;
  if (intervalMs >= SHORTEST_INTERVAL_MS) return intervalMs;
  throw new UsageError(`--interval: the shortest is ${SHORTEST_INTERVAL_MS}ms`);
}

/** What --by says, of the words that the command has. */
function byOf(given: Arguments, command: Options['command'], fleetPane: PaneName): string | null {
  const word = textOf(given, 'by');
  if (word === null) return null;
  const pane = command === 'fleet' ? fleetPane : command;
  const ways = isPane(pane) ? waysOf(pane) : [];
  if (ways.length === 0) throw new UsageError(`--by goes with ${GROUPED_PANES.join(', ')}`);
  if (given.flags.has('events'))
    throw new UsageError('--by puts rows together, --events tells each: give one');
  return choiceOf('by', word, ways);
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
