import { type HttpRequestHead, type HttpResponseHead, type HttpWishes, parseHttpHead } from './http1.ts';

/** A power of two. */
const PLACES = 64;
/** As much as is mostly captured of a turn. */
const LONGEST = 512;
/** By bytes of the beginning a place is found: each third up to there. What follows the shortest heads lies behind it. */
const HASHED = 40;

interface Known {
  /** It begins with the head; where the end of that is not known with all that there was. */
  bytes: Buffer;
  length: number;
  wishes: HttpWishes | null;
  head: HttpRequestHead | HttpResponseHead | null;
}

/** Of each place the head that was parsed last. */
const known = Array.from(
  { length: PLACES },
  (): Known => ({ bytes: Buffer.alloc(LONGEST), length: 0, wishes: null, head: null }),
);

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
function isSame({ bytes: own, length, head }: Known, bytes: Uint8Array): boolean {
  const hasEnded = (head?.end ?? null) !== null;
  if (hasEnded ? bytes.length < length : bytes.length !== length) return false;
  return own.compare(bytes, 0, length, 0, length) === 0;
}

function placeOf(bytes: Uint8Array): number {
  const end = Math.min(bytes.length, HASHED);
  let hash = 0;
  for (let at = 5; at < end; at += 3) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 8)) & (PLACES - 1);
}
