import { sanitize } from '../text/text.ts';
import type { HeaderField } from './hpack.ts';
import { type HttpTarget, hostOf, parseTarget } from './http1-target.ts';

/** What is told of the fields of a request, an answer or a trailer; null: not there, or not known. */
export interface Http2Fields {
  method: string | null;
  target: HttpTarget | null;
  authority: string | null;
  status: number | null;
  grpcStatus: number | null;
  /** Fields are there that refer to what was not seen: any that is null may be among them. */
  hasUnknown: boolean;
}

const WANTED = new Set([':method', ':path', ':authority', ':status', 'host', 'grpc-status']);
const MAX_VALUE = 8192;

export const NO_FIELDS: Http2Fields = {
  method: null,
  target: null,
  authority: null,
  status: null,
  grpcStatus: null,
  hasUnknown: false,
};

/** Whether a field's value is kept at all. */
export function isWanted(name: string): boolean {
  return WANTED.has(name);
}

/** null: the block was not read. Of a query names alone are told, unless its values are asked for. */
export function fieldsOf(fields: readonly HeaderField[] | null, withValues: boolean): Http2Fields {
  if (fields === null) return { ...NO_FIELDS, hasUnknown: true };
  const raw = (name: string) => fields.find((field) => field.name === name)?.value ?? null;
  const value = (name: string) => {
    const known = raw(name);
    return known === null ? null : text(known);
  };
  const method = value(':method');
  const path = raw(':path');
  return {
    method,
    target: path === null ? null : targetOf(path, method, withValues),
    authority: hostIn(raw(':authority') ?? raw('host')),
    status: number(value(':status')),
    grpcStatus: number(value('grpc-status')),
    hasUnknown: fields.some(({ name }) => name === null),
  };
}

function targetOf(path: string, method: string | null, withValues: boolean): HttpTarget {
  return parseTarget(text(path), method === 'CONNECT' ? '' : (method ?? ''), withValues, isCut(path));
}

/** Of one that is cut, what is there may be a user. */
function hostIn(authority: string | null): string | null {
  return authority === null || isCut(authority) ? null : hostOf(text(authority));
}

const isCut = (value: string): boolean => value.length > MAX_VALUE;

/** Of a character for each byte. */
function text(value: string): string {
  return sanitize(Buffer.from(value.slice(0, MAX_VALUE), 'latin1').toString());
}

function number(value: string | null): number | null {
  return value !== null && /^\d{1,3}$/.test(value) ? Number(value) : null;
}
