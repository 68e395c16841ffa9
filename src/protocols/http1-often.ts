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
  head: HttpRequestHead | HttpResponseHead | null;
}

/** Of each place the head that was parsed last. */
const known = Array.from({ length: PLACES }, (): Known => {
  const bytes = new Uint8Array(LONGEST);
  return { bytes, words: new Int32Array(bytes.buffer), length: 0, wishes: null, head: null };
});

/**
 * As parseHttpHead, for heads that come again: both ends of a conversation on this machine say the same, and many
 * programs ask the same again and again, whatever bodies follow. What it returns may be another's too, and must not be
 * changed.
 */
export function parseOften(bytes: Uint8Array, wishes: HttpWishes): HttpRequestHead | HttpResponseHead | null {
  const { length } = bytes;
  if (length > LONGEST) return parseHttpHead(bytes, 0, length, wishes);
  const last = known[placeOf(bytes)] as Known;
  if (last.wishes === wishes && isSame(last, bytes)) return last.head;
  last.head = parseHttpHead(bytes, 0, length, wishes);
  last.length = last.head?.end ?? length;
  for (let at = 0; at < last.length; at++) last.bytes[at] = bytes[at] ?? 0;
  last.wishes = wishes;
  return last.head;
}

/** What stands behind a head's end changes nothing about it. */
function isSame({ bytes: own, words, length, head }: Known, bytes: Uint8Array): boolean {
  const hasEnded = (head?.end ?? null) !== null;
  if (hasEnded ? bytes.length < length : bytes.length !== length) return false;
  let at = 0;
  if (bytes.byteOffset % WORD === 0) {
    const all = wordsOf(bytes.buffer);
    const from = bytes.byteOffset / WORD;
    for (const whole = length >> 2; at < whole; at++) if (words[at] !== all[from + at]) return false;
    at *= WORD;
  }
  for (; at < length; at++) if (own[at] !== bytes[at]) return false;
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

function placeOf(bytes: Uint8Array): number {
  const end = Math.min(bytes.length, HASHED);
  let hash = 0;
  for (let at = 5; at < end; at += 3) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 8)) & (PLACES - 1);
}
