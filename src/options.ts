import { type Arguments, splitArguments } from './arguments.ts';
import { UsageError } from './errors.ts';
import { parseAddress } from './filter/address.ts';
import { quote } from './filter/error.ts';
import { parseFilter } from './filter/parser.ts';
import { PROTOCOLS } from './filter/words.ts';
import { COMMANDS, type CommandName } from './flags.ts';
import type { Attach } from './model.ts';

export interface Options {
  /** ui: the screen, or the processes table where there is no terminal. */
  command: 'ui' | CommandName | 'debug' | 'help' | 'version';
  /** Flags and arguments as one expression; '' for none. It parses. */
  filter: string;
  json: boolean;
  stats: boolean;
  verbose: boolean;
  color: boolean;
  intervalMs: number;
  durationMs: number | null;
  count: number | null;
  /** Packets per second; 0 for no limit. */
  rateLimit: number;
  attach: Attach;
}

const SHORTEST_INTERVAL_MS = 50;
const LONGEST_MS = 2 ** 31 - 1; // what a timer takes
const MOST = 1e9;

/** Reads the arguments after the program's name. Throws a UsageError; a FilterError where a filter is wrong. */
export function parse(argv: readonly string[], env: { NO_COLOR?: string | undefined }): Options {
  const given = splitArguments(argv);
  const [command, words] = commandOf(given);
  const intervalMs = parseTime(given, 'interval') ?? 1000;
  if (intervalMs < SHORTEST_INTERVAL_MS)
    throw new UsageError(`--interval: the shortest is ${SHORTEST_INTERVAL_MS}ms`);
  return {
    command,
    filter: filterOf(given, words),
    json: given.flags.has('json'),
    stats: given.flags.has('stats'),
    verbose: given.flags.has('verbose'),
    color: !given.flags.has('no-color') && !env.NO_COLOR,
    intervalMs,
    durationMs: parseTime(given, 'duration'),
    count: parseCount(given, 'count', 1, MOST),
    rateLimit: parseCount(given, 'rate-limit', 0, MOST) ?? 10_000,
    attach: parseAttach(given),
  };
}

/** The command, and the words that are the filter. */
function commandOf({ flags, words }: Arguments): [Options['command'], string[]] {
  if (flags.has('help')) return ['help', []];
  if (flags.has('version')) return ['version', []];
  const [first = ''] = words;
  const named = Object.hasOwn(COMMANDS, first) ? (first as CommandName) : null;
  const rest = named ? words.slice(1) : words;
  if (flags.has('debug-func')) return ['debug', rest];
  if (flags.has('json') && !named) return ['trace', rest];
  if (named === 'trace' && flags.has('stats'))
    throw new UsageError('--stats shows no packets, trace nothing else');
  if (named === 'doctor' && rest.length > 0)
    throw new UsageError(`doctor takes no argument, not ${quote(rest.join(' '))}`);
  return [named ?? 'ui', rest];
}

/** Each flag is checked by itself, so that a mistake is told in the flag's words. */
function filterOf(given: Arguments, words: string[]): string {
  const { flags } = given;
  const address = text(flags, 'address');
  if (address !== null && !parseAddress(address))
    throw new UsageError(`--address: ${quote(address)} is not an IP address`);
  const protocol = text(flags, 'proto')?.toLowerCase() ?? null;
  if (protocol !== null && !Object.hasOwn(PROTOCOLS, protocol)) {
    throw new UsageError(`--proto: ${quote(protocol)} is not one of ${Object.keys(PROTOCOLS).join(', ')}`);
  }
  const port = parseCount(given, 'port', 1, 65535);
  const pid = parseCount(given, 'pid', 1, 2 ** 22); // PID_MAX_LIMIT
  const expression = words.join(' ');
  parseFilter(expression);
  const terms = [
    protocol,
    address && `host ${address}`,
    port && `port ${port}`,
    pid && `pid ${pid}`,
    expression.trim() && `(${expression})`,
  ].filter(Boolean);
  const filter = terms.length === 1 && expression.trim() ? expression : terms.join(' and ');
  parseFilter(filter);
  return filter;
}

function text(flags: Arguments['flags'], name: string): string | null {
  const value = flags.get(name);
  return typeof value === 'string' ? value : null;
}

function parseCount({ flags }: Arguments, name: string, low: number, high: number): number | null {
  const value = text(flags, name);
  if (value === null) return null;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(`--${name}: ${quote(value)} is not a whole number from ${low} to ${high}`);
}

const KINDS: readonly Attach[] = ['auto', 'fentry', 'kprobe', 'tracepoint'];

function parseAttach({ flags }: Arguments): Attach {
  const value = text(flags, 'attach') ?? 'auto';
  const kind = KINDS.find((kind) => kind === value.toLowerCase());
  if (kind) return kind;
  throw new UsageError(`--attach: ${quote(value)} is not one of ${KINDS.join(', ')}`);
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 };

/** "500ms", "1s", "1.5", "2m", "1h"; seconds without a unit. Milliseconds, null when not given. */
function parseTime({ flags }: Arguments, name: string): number | null {
  const value = text(flags, name);
  if (value === null) return null;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(value);
  const ms = match ? Math.round(Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0)) : 0;
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new UsageError(`--${name}: ${quote(value)} is not a time such as 500ms, 1s or 2m`);
}
