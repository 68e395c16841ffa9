import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { type PrefixLengths, USUAL_PREFIXES } from '../model/network.ts';
import type { Arguments } from './arguments.ts';

const LONGEST_MS = 2 ** 31 - 1; // what a timer takes
const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  '': 1000,
};

/** The value of a flag; null when it was not given. */
export function textOf({ flags }: Arguments, name: string): string | null {
  return flags.get(name)?.[0] ?? null;
}

/** A whole number from `low` to `high`; null when the flag was not given. */
export function countOf(given: Arguments, name: string, low: number, high: number): number | null {
  const value = textOf(given, name);
  if (value === null) return null;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(`--${name}: ${quote(value)} is not a whole number from ${low} to ${high}`);
}

/** "500ms", "1s", "1.5", "2m", "1h"; seconds without a unit. Milliseconds, null when not given. */
export function timeOf(given: Arguments, name: string): number | null {
  const value = textOf(given, name);
  if (value === null) return null;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(value);
  const ms = match ? Math.round(Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0)) : 0;
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new UsageError(`--${name}: ${quote(value)} is not a time such as 500ms, 1s or 2m`);
}

const BYTES = /^(\d+(?:\.\d+)?)(?:([kMG])(i)?)?B?$/;
const POWERS = ['', 'k', 'M', 'G'];

/** "100MB", "1GiB", "500k"; bytes without a unit. null when not given. */
export function bytesOf(given: Arguments, name: string, least: number): number | null {
  const value = textOf(given, name);
  if (value === null) return null;
  const [, number, prefix = '', binary] = BYTES.exec(value) ?? [];
  const bytes = Math.floor(Number(number) * (binary ? 1024 : 1000) ** POWERS.indexOf(prefix));
  if (bytes >= least) return bytes;
  const problem = number === undefined ? 'is not a size such as 100MB or 1GiB' : 'is too little';
  throw new UsageError(`--${name}: ${quote(value)} ${problem}; the least is ${least / 1e6}MB`);
}

/** The one of `choices` that a value names, in any case. */
export function choiceOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((choice) => choice === value.toLowerCase());
  if (choice) return choice;
  throw new UsageError(`--${name}: ${quote(value)} is not one of ${choices.join(', ')}`);
}

/** "16" for IPv4, "16,48" for IPv4 and IPv6: leading bits of networks; null when not given. */
export function prefixesOf(given: Arguments): PrefixLengths | null {
  const value = textOf(given, 'prefix');
  if (value === null) return null;
  const [, ip, ip6 = String(USUAL_PREFIXES.ip6)] = /^\/?(\d{1,2})(?:,\/?(\d{1,3}))?$/.exec(value) ?? [];
  if (ip !== undefined && Number(ip) <= 32 && Number(ip6) <= 128) return { ip: Number(ip), ip6: Number(ip6) };
  throw new UsageError(`--prefix: ${quote(value)} is not a length such as 16, or 16,48 with that of IPv6`);
}
