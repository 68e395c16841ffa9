import { find } from './bytes.ts';
import { hostOf } from './http1-target.ts';
import { blankEnd, blankStart, isWord, numberAt, valueText } from './http1-value.ts';

export interface HttpFields {
  host: string | null;
  /** Content-Length; null without one, or with one that says nothing. */
  length: number | null;
  /** The lengths contradict each other, or are none (RFC 9112, 6.3). */
  isLengthBad: boolean;
  /** The last transfer coding: chunked, another one, none. */
  coding: 'chunked' | 'other' | null;
  closes: boolean;
  keepsAlive: boolean;
  upgrade: string | null;
  expectsContinue: boolean;
  /** Those that were asked for and are no credentials, by their names in small letters. */
  chosen: Record<string, string>;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** The fields that matter, by the lengths of their names. */
const KNOWN = ['host', 'expect', 'upgrade', 'connection', 'content-length', 'transfer-encoding'] as const;
type Known = (typeof KNOWN)[number];
const BY_LENGTH = Array.from({ length: 18 }, (_, length) => KNOWN.find((name) => name.length === length));

/** Letters that one of them begins with: 1. */
const BEGINS = Uint8Array.from({ length: 256 }, (_, byte) =>
  KNOWN.some(([letter]) => letter === String.fromCharCode(byte).toLowerCase()) ? 1 : 0,
);

/** Told to nobody, even where they are asked for. */
const SECRET = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);

/** Before any field was read. */
export function noFields(): HttpFields {
  return {
    host: null,
    length: null,
    isLengthBad: false,
    coding: null,
    closes: false,
    keepsAlive: false,
    upgrade: null,
    expectsContinue: false,
    chosen: {},
  };
}

/**
 * Reads the fields of a head into `fields`, from the beginning of one (RFC 9112, 5). Where the body begins, or null
 * where the head goes on. A field that is cut is not taken. A host that is known already stays.
 */
export function readFields(
  fields: HttpFields,
  bytes: Uint8Array,
  from: number,
  chosen: readonly string[],
): number | null {
  for (let at = from; at < bytes.length; ) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2;
    const end = fieldEnd(bytes, at);
    if (end === null) return null;
    takeField(fields, bytes, at, end, chosen);
    at = end;
  }
  return null;
}

/** Behind its last line: those that begin with a space go on with it (obs-fold). null: it is not sure to end here. */
function fieldEnd(bytes: Uint8Array, from: number): number | null {
  for (let at = from; ; ) {
    const end = find(bytes, LF, at, bytes.length) + 1;
    if (end === 0 || end === bytes.length) return null;
    if (bytes[end] !== SPACE && bytes[end] !== TAB) return end;
    at = end;
  }
}

function takeField(
  fields: HttpFields,
  bytes: Uint8Array,
  from: number,
  end: number,
  chosen: readonly string[],
): void {
  if (chosen.length === 0 && BEGINS[bytes[from] ?? 0] === 0) return;
  const colon = find(bytes, COLON, from, end);
  if (colon < 0) return;
  const nameEnd = blankStart(bytes, from, colon);
  const known = BY_LENGTH[nameEnd - from];
  const isKnown = known !== undefined && isWord(bytes, from, nameEnd, known);
  if (!isKnown && chosen.length === 0) return;
  const begin = blankEnd(bytes, colon + 1, end);
  const valueEnd = blankStart(bytes, begin, end);
  if (isKnown) take(fields, known, bytes, begin, valueEnd);
  for (const name of chosen)
    if (isWord(bytes, from, nameEnd, name) && !SECRET.has(name))
      fields.chosen[name] = valueText(bytes, begin, valueEnd);
}

function take(fields: HttpFields, name: Known, bytes: Uint8Array, from: number, to: number): void {
  if (name === 'host') fields.host ??= hostOf(valueText(bytes, from, to));
  else if (name === 'upgrade') fields.upgrade ??= valueText(bytes, from, to);
  else if (name === 'content-length') takeLength(fields, bytes, from, to);
  else if (name === 'expect') fields.expectsContinue ||= isWord(bytes, from, to, '100-continue');
  else if (name === 'transfer-encoding')
    fields.coding = isLast(bytes, from, to, 'chunked') ? 'chunked' : 'other';
  else if (isWord(bytes, from, to, 'keep-alive')) fields.keepsAlive = true;
  else if (isWord(bytes, from, to, 'close')) fields.closes = true;
  else takeOptions(fields, listOf(bytes, from, to));
}

function listOf(bytes: Uint8Array, from: number, to: number): string[] {
  const text = valueText(bytes, from, to).toLowerCase();
  return text.split(/\s*,\s*/);
}

function takeOptions(fields: HttpFields, options: readonly string[]): void {
  if (options.includes('close')) fields.closes = true;
  if (options.includes('keep-alive')) fields.keepsAlive = true;
}

function isLast(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  return isWord(bytes, from, to, word) || listOf(bytes, from, to).at(-1) === word;
}

function takeLength(fields: HttpFields, bytes: Uint8Array, from: number, to: number): void {
  const length = numberAt(bytes, from, to);
  if (length === null) {
    for (const text of listOf(bytes, from, to))
      addLength(fields, /^\d{1,15}$/.test(text) ? Number(text) : null);
  } else addLength(fields, length);
}

function addLength(fields: HttpFields, length: number | null): void {
  const isSame = fields.length === null || fields.length === length;
  if (length !== null && isSame && !fields.isLengthBad) fields.length = length;
  else [fields.length, fields.isLengthBad] = [null, true];
}
