import { sanitize } from '../text/text.ts';

/** Numbers in network order. What lies beyond the end counts as 0: callers compare with the length first. */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function u24(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) << 8) | (bytes[at + 2] ?? 0);
}

export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
}

/** The range as a Buffer in the same memory: text is read out of it without another object. */
export function rangeOf(bytes: Uint8Array, from: number, to: number): Buffer {
  const begin = Math.max(0, Math.min(from, bytes.length));
  const length = Math.max(0, Math.min(to, bytes.length) - begin);
  return Buffer.from(bytes.buffer, bytes.byteOffset + begin, length);
}

/** In memory of its own: what the range lies in is used again. (A Buffer's slice is no copy.) */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** The bytes as UTF-8 and safe to print; of long ones the beginning. */
export function textOf(bytes: Uint8Array, from: number, to: number, most = 8192): string {
  const end = Math.min(to, from + most);
  return sanitize(
    bytes instanceof Buffer ? bytes.toString('utf8', from, end) : rangeOf(bytes, from, end).toString(),
  );
}

/** Texts that come again and again: of each place the last one. */
const seen: string[] = Array(1024).fill('');
const LONGEST_SEEN = 64;
/** Letters, digits and . - _ / :, of which no value of a query, no password and no escape is made. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w./:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** As textOf, for what is mostly the same: hosts and paths are kept with each request, and need not be made anew. */
export function oftenTextOf(bytes: Uint8Array, from: number, to: number, most?: number): string {
  const length = to - from;
  if (length > LONGEST_SEEN) return textOf(bytes, from, to, most);
  let hash = length;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (PLAIN[byte] === 0) return textOf(bytes, from, to, most);
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const place = hash & (seen.length - 1);
  const known = seen[place] ?? '';
  if (known.length === length && isAt(bytes, from, known)) return known;
  const text = textOf(bytes, from, to, most);
  seen[place] = text;
  return text;
}

export function hexOf(bytes: Uint8Array, from: number, to: number): string {
  return rangeOf(bytes, from, to).toString('hex');
}

/** Where the byte is next, before `to`; -1 where it is not. On the few bytes of a line a loop is quicker than indexOf. */
export function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === byte) return at;
  return -1;
}

/** Whether the ASCII word stands there, in these letters. */
export function isAt(bytes: Uint8Array, at: number, word: string): boolean {
  if (at + word.length > bytes.length) return false;
  for (let index = 0; index < word.length; index++)
    if (bytes[at + index] !== word.charCodeAt(index)) return false;
  return true;
}
