import { copyOf } from './bytes.ts';
import { type HttpRequestHead, type HttpResponseHead, type HttpWishes, parseHttpHead } from './http1.ts';

/** A power of two. */
const PLACES = 64;
/** As much as is mostly captured of a turn. */
const LONGEST = 512;

interface Known {
  bytes: Uint8Array;
  wishes: HttpWishes | null;
  head: HttpRequestHead | HttpResponseHead | null;
}

/** Of each place the head that was parsed last. */
const known = Array.from(
  { length: PLACES },
  (): Known => ({ bytes: new Uint8Array(0), wishes: null, head: null }),
);

/**
 * As parseHttpHead, for heads that come again: both ends of a conversation on this machine say the same, and many
 * programs ask the same again and again. What it returns may be another's too, and must not be changed.
 */
export function parseOften(bytes: Uint8Array, wishes: HttpWishes): HttpRequestHead | HttpResponseHead | null {
  const { length } = bytes;
  if (length > LONGEST) return parseHttpHead(bytes, 0, length, wishes);
  const place = (length + 7 * (bytes[5] ?? 0) + 13 * (bytes[length >> 1] ?? 0)) & (PLACES - 1);
  const last = known[place] as Known;
  const isSame = last.bytes.length === length && Buffer.compare(last.bytes, bytes) === 0;
  if (isSame && last.wishes === wishes) return last.head;
  last.head = parseHttpHead(bytes, 0, length, wishes);
  last.bytes = copyOf(bytes);
  last.wishes = wishes;
  return last.head;
}
