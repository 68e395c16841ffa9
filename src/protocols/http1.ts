import { find, rangeOf } from './bytes.ts';
import { type HttpFields, noFields, readFields } from './http1-fields.ts';
import { parseStartLine } from './http1-line.ts';
import { type HttpTarget, parseTarget } from './http1-target.ts';

export interface HttpRequestHead extends HttpHead {
  kind: 'request';
  method: string;
  target: HttpTarget;
  /** More of the target was sent than is known. */
  isTargetCut: boolean;
}

export interface HttpResponseHead extends HttpHead {
  kind: 'response';
  status: number;
}

interface HttpHead {
  /** null where it was cut. */
  version: '1.0' | '1.1' | null;
  /** Its host is that of the target, where that names one. */
  fields: HttpFields;
  /** Bytes from the range's beginning to the body; null where the head is incomplete, and fields may be missing. */
  end: number | null;
}

export interface HttpWishes {
  /** The values of a query, not its names alone; credentials never. */
  query: boolean;
  /** Names of fields, in small letters. */
  fields: readonly string[];
}

export const NO_WISHES: HttpWishes = { query: false, fields: [] };
const LF = 10;
const CR = 13;
/** Before a request-line a server has to ignore an empty one (RFC 9112, 2.2). */
const MAX_BLANK = 4;

/**
 * The head of a request or response of HTTP/1 that begins with the range (RFC 9112), also one that is cut; null where
 * none does. Lines may end in LF alone. Text is safe to print, and no field is kept but those that are asked for.
 */
export function parseHttpHead(
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
  wishes: HttpWishes = NO_WISHES,
): HttpRequestHead | HttpResponseHead | null {
  const range = from === 0 && to === bytes.length ? bytes : rangeOf(bytes, from, to);
  const begin = afterBlank(range);
  const newline = find(range, LF, begin, range.length);
  const isCut = newline < 0;
  const lineEnd = isCut ? range.length : newline;
  const line = parseStartLine(range, begin, range[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd, isCut);
  if (line === null) return null;
  const fields = noFields();
  const { method, status, isTargetCut } = line;
  const target = method === null ? null : parseTarget(line.target, method, wishes.query, isTargetCut);
  if (target !== null) fields.host = target.host;
  const end = isCut ? null : readFields(fields, range, newline + 1, wishes.fields);
  const version = line.minor === null ? null : line.minor === 0 ? '1.0' : '1.1';
  if (method === null || target === null) return { kind: 'response', status, version, fields, end };
  return { kind: 'request', method, target, isTargetCut, version, fields, end };
}

function afterBlank(range: Uint8Array): number {
  let at = 0;
  while (at < MAX_BLANK && (range[at] === CR || range[at] === LF)) at++;
  return at;
}
