import { parseAddress } from './address.ts';
import { FilterError, quote } from './error.ts';
import type { Token } from './lexer.ts';
import { LARGEST_PORT, LARGEST_WORD, prefixMask } from './words.ts';

/** Names in a filter that the machine has numbers for. */
export interface Names {
  /** Inode of the network namespace of that name, or at that path; null when there is none. */
  netns(name: string): number | null;
  /** Drop reasons whose names fit a pattern; null where the kernel has no names for them. */
  dropReasons(pattern: string): readonly number[] | null;
  /**
   * Which interfaces there are, where none has that name; null: one has, or that cannot be told. Absent:
   * nobody knows.
   */
  withoutInterface?: ((name: string) => readonly string[] | null) | undefined;
  /** Which machines are watched, where the name or pattern is of none; null: it is of one. Absent: nobody knows. */
  withoutMachine?: ((pattern: string) => readonly string[] | null) | undefined;
}

export interface Range {
  low: number;
  high: number;
}

const REASON = 'a drop reason such as NO_SOCKET, NETFILTER* or 2';
/** Interfaces that an error names. */
const MOST_INTERFACES = 20;
const OPERATOR_WORDS = ['and', 'or', 'not'];

/** The number that the token holds, 0 to `largest`. */
export function numberOf(token: Token, field: string, largest: number, alternative = ''): number {
  const value = /^\d+$/.test(token.text) ? Number(token.text) : Number.NaN;
  if (value <= largest) return value;
  throw wrong(token, field, `a number from 0 to ${largest}${alternative}`);
}

/** A number with one of the units, such as 1.5ms, in those of the row. */
export function quantityOf(
  token: Token,
  field: string,
  units: Readonly<Record<string, number>>,
  largest: number,
): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-zµ]+)$/i.exec(token.text) ?? [];
  const value = Object.hasOwn(units, unit) ? Math.round(Number(number) * (units[unit] ?? 0)) : Number.NaN;
  if (value <= largest) return value;
  throw wrong(token, field, `a number with its unit: ${Object.keys(units).join(', ')}`);
}

export function portRangeOf(token: Token): Range {
  const match = /^(\d+)-(\d+)$/.exec(token.text);
  const low = Number(match?.[1]);
  const high = Number(match?.[2]);
  if (low <= high && high <= LARGEST_PORT) return { low, high };
  throw wrong(token, 'portrange', 'a range of ports such as 8000-8080');
}

/** The address or network that the token holds; bits after the prefix become 0. */
export function hostOf(token: Token, field: 'host' | 'net'): { address: readonly number[]; prefix: number } {
  const slash = token.text.indexOf('/');
  const text = slash < 0 ? token.text : token.text.slice(0, slash);
  const words = parseAddress(text);
  if (words === null || (field === 'net' && slash < 0)) {
    throw wrong(token, field, field === 'net' ? 'a network such as 10.0.0.0/8' : 'an IPv4 or IPv6 address');
  }
  const longest = text.includes(':') ? 128 : 32;
  const length = slash < 0 ? longest : prefixLength(token.text.slice(slash + 1), longest);
  if (length === null) {
    const expected = `a prefix length from 0 to ${longest}`;
    throw new FilterError(`${field} ${quote(token.text)} does not end in ${expected}`, token.at, expected);
  }
  const prefix = length + 128 - longest;
  return { address: words.map((word, index) => (word & prefixMask(prefix, index)) >>> 0), prefix };
}

/** A name, quoted or not. */
export function nameOf(token: Token, field: string): string {
  const operator = token.kind === 'word' && OPERATOR_WORDS.includes(token.text.toLowerCase());
  if (token.kind === 'end' || token.kind === 'symbol' || operator || token.text.trim() === '') {
    throw new FilterError(`${field} needs a name`, token.at, 'a name');
  }
  return token.text;
}

/** The name of an interface that there is. */
export function interfaceOf(token: Token, names: Names): string {
  const name = nameOf(token, 'iface');
  const others = names.withoutInterface?.(name) ?? null;
  if (others === null) return name;
  const shown = others.slice(0, MOST_INTERFACES).join(', ');
  const more = others.length > MOST_INTERFACES ? ` and ${others.length - MOST_INTERFACES} more` : '';
  const expected = others.length > 0 ? `one of ${shown}${more}` : 'the name of an interface';
  throw new FilterError(
    `iface ${quote(name)}: there is no such interface; there are ${shown || 'none'}${more}`,
    token.at,
    expected,
  );
}

/** The name of a machine that is watched, or a pattern of some. */
export function machineNamed(token: Token, names: Names): string {
  const name = nameOf(token, 'machine');
  const others = names.withoutMachine?.(name) ?? null;
  if (others === null) return name;
  const there =
    others.length > 0 ? `those watched are ${others.join(', ')}` : 'without --ssh all is of this one';
  throw new FilterError(`machine ${quote(name)}: there is no such machine; ${there}`, token.at, 'a machine');
}

/** The bit that the token names. */
export function bitOf(token: Token, field: string, bits: Readonly<Record<string, number>>): number {
  const name = token.text.toLowerCase();
  if (Object.hasOwn(bits, name)) return bits[name] as number;
  throw wrong(token, field, `one of ${Object.keys(bits).join(', ')}`);
}

/** A network namespace by its inode, by name, or by a path such as /proc/1/ns/net. */
export function netnsOf(token: Token, names: Names): number {
  const isName = (token.kind === 'word' || token.kind === 'string') && !/^-?\d+$/.test(token.text);
  const inode = isName && token.text.trim() !== '' ? names.netns(token.text) : null;
  return inode ?? numberOf(token, 'netns', LARGEST_WORD, ', or the name of a network namespace');
}

/** Drop reasons: the kernel's number of one, or a pattern of names. */
export function reasonOf(token: Token, names: Names): { written: string; numbers: readonly number[] } {
  const { text } = token;
  if (/^\d+$/.test(text)) {
    const number = numberOf(token, 'reason', LARGEST_WORD);
    return { written: String(number), numbers: [number] };
  }
  const operator = OPERATOR_WORDS.includes(text.toLowerCase());
  if (operator || !/^[\w*?]+$/.test(text)) throw wrong(token, 'reason', REASON);
  const numbers = names.dropReasons(text);
  if (numbers?.length) return { written: text, numbers };
  const problem =
    numbers === null ? 'this kernel has no names for them' : 'this kernel has none of that name';
  throw new FilterError(`reason ${quote(text)}: ${problem}`, token.at, REASON);
}

function prefixLength(text: string, longest: number): number | null {
  return /^\d{1,3}$/.test(text) && Number(text) <= longest ? Number(text) : null;
}

function wrong(token: Token, field: string, expected: string): FilterError {
  const missing = token.kind === 'end' || token.kind === 'symbol';
  const problem = missing ? `needs ${expected}` : `${quote(token.text)} is not ${expected}`;
  return new FilterError(`${field} ${problem}`, token.at, expected);
}
