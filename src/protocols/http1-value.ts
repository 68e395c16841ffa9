import { oftenTextOf } from './bytes.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const MAX_VALUE = 1024;
const MAX_DIGITS = 15;

/** At most 15 digits, which are exact; null where it is anything else. */
export function numberAt(bytes: Uint8Array, from: number, to: number): number | null {
  if (to === from || to - from > MAX_DIGITS) return null;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether that is all there is, in whatever letters. `word` is in small ones. */
export function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let index = 0; index < word.length; index++) {
    const byte = bytes[from + index] ?? 0;
    const small = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (small !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** A field's value, safe to print, its lines put together. */
export function valueText(bytes: Uint8Array, from: number, to: number): string {
  const text = oftenTextOf(bytes, from, to, MAX_VALUE);
  return /[␊␉]/.test(text) ? text.replace(/␍?␊[ ␉]+|␉/g, ' ') : text;
}

/** Where the blanks that begin there end. */
export function blankEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at])) at++;
  return at;
}

/** Where the blanks that end there begin. */
export function blankStart(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(bytes[at - 1])) at--;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CR || byte === LF;
}
