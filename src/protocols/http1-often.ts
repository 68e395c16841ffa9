import { type HttpRequestHead, type HttpResponseHead, type HttpWishes, parseHttpHead } from './http1.ts';

/** A power of two. */
const PLACES = 64;
/** As much as is mostly captured of a turn. */
const LONGEST = 512;
/** By bytes of the beginning a place is found: each third up to there. What follows the shortest heads lies behind it. */
const HASHED = 40;
const WORD = 4;

interface Known {
  /** It begins with the head; where the end of that is not known with all that there was. */
  bytes: Uint8Array;
  /** The same bytes. */
  words: Int32Array;
  length: number;
  wishes: HttpWishes | null;
  head: HttpHead | null;
}

/** Of each place the head that was parsed last. */
const known = Array.from({ length: PLACES }, (): Known => {
  const bytes = new Uint8Array(LONGEST);
  return { bytes, words: new Int32Array(bytes.buffer), length: 0, wishes: null, head: null };
});

export type HttpHead = HttpRequestHead | HttpResponseHead;

/**
 * As parseHttpHead, for heads that come again: both ends of a conversation on this machine say the same, and many
 * programs ask the same again and again, whatever bodies follow. What it returns may be another's too, and must not be
 * changed.
 */
export function parseOften(bytes: Uint8Array, wishes: HttpWishes): HttpHead | null {
  const { length } = bytes;
  if (length > LONGEST) return parseHttpHead(bytes, 0, length, wishes);
  const last = known[placeOf(bytes, 0, length)] as Known;
  if (last.wishes === wishes && isSame(last, bytes, 0, length)) return last.head;
  last.head = parseHttpHead(bytes, 0, length, wishes);
  last.length = last.head?.end ?? length;
  for (let at = 0; at < last.length; at++) last.bytes[at] = bytes[at] ?? 0;
  last.wishes = wishes;
  return last.head;
}

/** The same of bytes where they lie; null: they were not parsed lately, or are no head. */
export function recall(
  memory: Uint8Array,
  from: number,
  length: number,
  wishes: HttpWishes,
): HttpHead | null {
  if (length === 0 || length > LONGEST) return null;
  const last = known[placeOf(memory, from, length)] as Known;
  return last.wishes === wishes && isSame(last, memory, from, length) ? last.head : null;
}

/** What stands behind a head's end changes nothing about it. */
function isSame({ bytes: own, words, length, head }: Known, bytes: Uint8Array, from: number, count: number) {
  const hasEnded = (head?.end ?? null) !== null;
  if (hasEnded ? count < length : count !== length) return false;
  const place = bytes.byteOffset + from;
  let at = 0;
  if (place % WORD === 0) {
    const all = wordsOf(bytes.buffer);
    const first = place / WORD;
    for (const whole = length >> 2; at < whole; at++) if (words[at] !== all[first + at]) return false;
    at *= WORD;
  }
  for (; at < length; at++) if (own[at] !== bytes[from + at]) return false;
  return true;
}

/** Most come out of the memory of one ring, where records lie at whole words: four bytes are compared at once. */
const memory = { buffer: new ArrayBuffer(0) as ArrayBufferLike, words: new Int32Array(0) as Int32Array };

function wordsOf(buffer: ArrayBufferLike): Int32Array {
  if (buffer !== memory.buffer) {
    memory.buffer = buffer;
    memory.words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  }
  return memory.words;
}

function placeOf(bytes: Uint8Array, from: number, length: number): number {
  const end = from + Math.min(length, HASHED);
  let hash = 0;
  for (let at = from + 5; at < end; at += 3) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 8)) & (PLACES - 1);
}
