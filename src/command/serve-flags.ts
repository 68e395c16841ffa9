import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Arguments } from './arguments.ts';
import { flagsOf } from './command-help.ts';
import { countOf, textOf } from './flag-values.ts';

/** What `nettop serve` is told beside what it shares with others. */
export interface ServeOptions {
  host: string;
  port: number;
  /** Path of the file of the exporters' web configuration; null: plain HTTP for everybody who comes. */
  webConfig: string | null;
  /** So many names of each kind have series of their own. */
  top: number;
  /** DNS and HTTP are followed. */
  requests: boolean;
}

const LOOPBACK = '127.0.0.1';
/** Free in Prometheus' list of default ports. */
const PORT = 9431;
const TOP = 100;
/** Each has up to a hundred series. */
const MOST_TOP = 10_000;
const FLAGS = ['listen', 'web-config', 'top', 'no-requests'];

/** Its flags, which no other command takes. Throws a UsageError. */
export function serveOf(given: Arguments, command: string, words: readonly string[]): ServeOptions {
  const isOthers = (flag: string) => flag === 'top' && command === 'fleet';
  const stray = FLAGS.find((flag) => given.flags.has(flag) && !isOthers(flag));
  if (stray !== undefined && command !== 'serve')
    throw new UsageError(`--${stray} goes with serve: nettop serve --${stray}`);
  if (command === 'serve') checkServe(given, words);
  return {
    ...addressOf(textOf(given, 'listen')),
    webConfig: textOf(given, 'web-config'),
    top: countOf(given, 'top', 1, MOST_TOP) ?? TOP,
    requests: !given.flags.has('no-requests'),
  };
}

/** A filter or a format that is passed over would seem to be in force. */
function checkServe({ flags }: Arguments, words: readonly string[]): void {
  if (words.length > 0)
    throw new UsageError(
      `serve takes no filter, not ${quote(words.join(' '))}: it tells of the whole machine`,
    );
  const known = flagsOf('serve').map(({ long }) => long);
  const [stray] = [...flags.keys()].filter((flag) => !known.includes(flag));
  if (stray !== undefined) throw new UsageError(`serve does not take --${stray}: see nettop help serve`);
}

/** "127.0.0.1:9431", "[::1]:9431", "host:9431", ":9431" for all addresses. */
function addressOf(text: string | null): Pick<ServeOptions, 'host' | 'port'> {
  if (text === null) return { host: LOOPBACK, port: PORT };
  const [, bracketed, plain = '', digits] = /^(?:\[([\da-f:.%\w]+)\]|([\w.-]*)):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port <= 65_535) return { host: bracketed ?? (plain || '::'), port };
  throw new UsageError(
    `--listen: ${quote(text)} is not an address with a port, such as 127.0.0.1:9431 or :9431`,
  );
}
