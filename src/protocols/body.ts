import type { HttpRequestHead, HttpResponseHead } from './http1.ts';

/** How the end of a message is found. */
export type Body =
  | { kind: 'none' }
  | { kind: 'length'; length: number }
  | { kind: 'chunked' }
  | { kind: 'untilClose' }
  /** What follows is another protocol. */
  | { kind: 'tunnel' }
  /** The head was cut, breaks the rules, or answers nobody knows what. */
  | { kind: 'unknown' };

const NONE: Body = { kind: 'none' };
const UNKNOWN: Body = { kind: 'unknown' };

/** The body that follows a request's head (RFC 9112, 6.3). */
export function requestBody(head: HttpRequestHead): Body {
  if (head.end === null) return UNKNOWN; // where it begins is not known
  if (head.fields.coding === 'chunked') return { kind: 'chunked' };
  if (head.fields.coding === 'other' || head.fields.isLengthBad) return UNKNOWN;
  return head.fields.length === null ? NONE : { kind: 'length', length: head.fields.length };
}

/** The body that follows a response's head, to a request of that method (RFC 9112, 6.3); null: it was not seen. */
export function responseBody(head: HttpResponseHead, method: string | null): Body {
  const { status } = head;
  if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)) return { kind: 'tunnel' };
  if (head.end === null) return UNKNOWN;
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return NONE;
  if (method === null) return UNKNOWN;
  if (head.fields.coding === 'chunked') return { kind: 'chunked' };
  if (head.fields.coding === 'other') return { kind: 'untilClose' };
  if (head.fields.isLengthBad) return UNKNOWN;
  return head.fields.length === null
    ? { kind: 'untilClose' }
    : { kind: 'length', length: head.fields.length };
}

/** Whether another message may follow on the connection (RFC 9112, 9.3). */
export function persists(head: HttpRequestHead | HttpResponseHead): boolean {
  if (head.fields.closes) return false;
  return head.version === '1.0' ? head.fields.keepsAlive : true;
}
