import { isAt, oftenTextOf, textOf } from './bytes.ts';

export interface StartLine {
  /** null: it is an answer. */
  method: string | null;
  /** As sent; the beginning, where it was cut. */
  target: string;
  isTargetCut: boolean;
  /** 0: it is a request. */
  status: number;
  /** Of HTTP/1; null where it was cut. */
  minor: number | null;
}

const MAX_METHOD = 32;
const SPACE = 0x20;
const VERSION = ' HTTP/1.';
/** Whose names need not be made anew. */
const COMMON = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT'];
/** The bytes that a method may be made of (RFC 9110, 5.6.2). */
const TOKEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[!#$%&'*+.^_`|~\dA-Za-z-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * The first line of a message between these two places (RFC 9112, 3 and 4), without its end; of one that `isCut` what
 * is known. null where it is no such line.
 */
export function parseStartLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  isCut: boolean,
): StartLine | null {
  return isAt(bytes, from, 'HTTP/1.')
    ? statusLine(bytes, from, to, isCut)
    : requestLine(bytes, from, to, isCut);
}

function statusLine(bytes: Uint8Array, from: number, to: number, isCut: boolean): StartLine | null {
  const end = from + 12;
  const minor = digit(bytes[from + 7]);
  const [hundreds, tens, ones] = [digit(bytes[end - 3]), digit(bytes[end - 2]), digit(bytes[end - 1])];
  const isKnown = to >= end && minor >= 0 && hundreds > 0 && tens >= 0 && ones >= 0;
  if (!isKnown || bytes[from + 8] !== SPACE || (to > end && bytes[end] !== SPACE)) return null;
  const status = hundreds * 100 + tens * 10 + ones;
  return { method: null, target: '', isTargetCut: isCut, status, minor };
}

function requestLine(bytes: Uint8Array, from: number, to: number, isCut: boolean): StartLine | null {
  const methodEnd = tokenEnd(bytes, from, Math.min(to, from + MAX_METHOD));
  const begin = methodEnd + 1;
  const end = visibleEnd(bytes, begin, to);
  if (methodEnd === from || bytes[methodEnd] !== SPACE || end <= begin) return null;
  const isTargetCut = end === to;
  const method = methodOf(bytes, from, methodEnd);
  const target = oftenTextOf(bytes, begin, end, end - begin);
  const version = versionOf(bytes, end, to, isCut);
  if (version === null || (isTargetCut && !isLikely(method, target))) return null;
  return { method, target, isTargetCut, status: 0, minor: version < 0 ? null : version };
}

/** What stands behind the target: the minor version, -1 where it was cut, null where it is none. */
function versionOf(bytes: Uint8Array, from: number, to: number, isCut: boolean): number | null {
  const length = Math.min(to - from, VERSION.length);
  if (!isAt(bytes, from, VERSION.slice(0, length))) return null;
  if (isCut && to - from <= VERSION.length) return -1;
  const minor = digit(bytes[from + VERSION.length]);
  return to - from === VERSION.length + 1 && minor >= 0 ? minor : null;
}

function methodOf(bytes: Uint8Array, from: number, to: number): string {
  for (const method of COMMON) if (method.length === to - from && isAt(bytes, from, method)) return method;
  return textOf(bytes, from, to);
}

/** Without a version behind it, the target has to begin like one. */
function isLikely(method: string, target: string): boolean {
  return /^(\/|\*$|https?:)/.test(target) || (method === 'CONNECT' && /^[\w.[]/.test(target));
}

function digit(byte: number | undefined): number {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : -1;
}

function tokenEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && TOKEN[bytes[at] ?? 0] === 1) at++;
  return at;
}

/** Where the first byte is that is a space or a control. */
function visibleEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) > SPACE && bytes[at] !== 0x7f) at++;
  return at;
}
