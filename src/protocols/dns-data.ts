import { SocketAddress } from 'node:net';
import { hexOf, textOf, u16 } from './bytes.ts';
import { quoted, readDnsName } from './dns-name.ts';

/** A record's data within its message, as names in it may point to what stands before. */
interface Data {
  message: Uint8Array;
  from: number;
  to: number;
}

const MAX_STRINGS = 4;
const MAX_PARAMETERS = 8;

const FORMS: Readonly<Record<string, (data: Data) => string | null>> = {
  A: ({ message, from, to }) => (to - from === 4 ? message.subarray(from, to).join('.') : null),
  AAAA: ({ message, from, to }) => (to - from === 16 ? ipv6(message, from) : null),
  CNAME: nameAt(0),
  DNAME: nameAt(0),
  NS: nameAt(0),
  PTR: nameAt(0),
  SOA: nameAt(0),
  MX: afterNumbers(1),
  SRV: afterNumbers(3),
  TXT: strings,
  SPF: strings,
  HTTPS: service,
  SVCB: service,
  CAA: certificateAuthority,
};

/**
 * A record's data as a zone file writes it, of SOA the server's name alone. Printable ASCII alone, but for ALPN and
 * CAA names, which are made safe to print. What has no form here, or is malformed, is told by its size.
 */
export function dataText(type: string, message: Uint8Array, from: number, to: number): string {
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  return form?.({ message, from, to }) ?? `\\# ${to - from}`;
}

function nameAt(skip: number): (data: Data) => string | null {
  return ({ message, from, to }) => {
    const name = readDnsName(message, from + skip);
    return name === null || name.end > to ? null : name.name;
  };
}

/** So many numbers of 16 bits, then a name. */
function afterNumbers(count: number): (data: Data) => string | null {
  return (data) => {
    const name = nameAt(2 * count)(data);
    const numbers = Array.from({ length: count }, (_, index) => u16(data.message, data.from + 2 * index));
    return name === null ? null : [...numbers, name].join(' ');
  };
}

function strings({ message, from, to }: Data): string | null {
  const texts: string[] = [];
  for (let at = from; at < to; at += 1 + (message[at] ?? 0)) {
    const end = at + 1 + (message[at] ?? 0);
    if (end > to) return null;
    if (texts.length === MAX_STRINGS) return `${texts.join(' ')} …`;
    texts.push(quoted(message.subarray(at + 1, end)));
  }
  return texts.length === 0 ? null : texts.join(' ');
}

/** HTTPS and SVCB (RFC 9460): priority, target, parameters. */
function service(data: Data): string | null {
  const target = readDnsName(data.message, data.from + 2);
  if (target === null || target.end > data.to) return null;
  const parts = [String(u16(data.message, data.from)), target.name];
  for (let at = target.end; at + 4 <= data.to && parts.length < MAX_PARAMETERS; ) {
    const end = at + 4 + u16(data.message, at + 2);
    if (end > data.to) return null;
    parts.push(parameter(u16(data.message, at), { message: data.message, from: at + 4, to: end }));
    at = end;
  }
  return parts.join(' ');
}

function parameter(key: number, { message, from, to }: Data): string {
  if (key === 1) return `alpn=${alpn({ message, from, to })}`;
  if (key === 2) return 'no-default-alpn';
  if (key === 3 && to - from === 2) return `port=${u16(message, from)}`;
  if (key === 4) return `ipv4hint=${chunks(from, to, 4).map((at) => message.subarray(at, at + 4).join('.'))}`;
  if (key === 5) return 'ech';
  if (key === 6) return `ipv6hint=${chunks(from, to, 16).map((at) => ipv6(message, at))}`;
  return `key${key}`;
}

function alpn({ message, from, to }: Data): string[] {
  const names: string[] = [];
  for (let at = from; at < to && names.length < MAX_PARAMETERS; at += 1 + (message[at] ?? 0))
    names.push(textOf(message, at + 1, Math.min(to, at + 1 + (message[at] ?? 0))));
  return names;
}

/** Where whole pieces of that size begin, at most four. */
function chunks(from: number, to: number, size: number): number[] {
  const count = Math.min(4, Math.floor((to - from) / size));
  return Array.from({ length: count }, (_, index) => from + index * size);
}

/** RFC 8659: flags, tag, value. */
function certificateAuthority({ message, from, to }: Data): string | null {
  const tagEnd = from + 2 + (message[from + 1] ?? 0);
  if (from + 2 > to || tagEnd > to) return null;
  return `${message[from]} ${textOf(message, from + 2, tagEnd)} ${quoted(message.subarray(tagEnd, to))}`;
}

/** As RFC 5952 writes it. */
function ipv6(message: Uint8Array, at: number): string {
  const groups = hexOf(message, at, at + 16).replace(/(....)(?!$)/g, '$1:');
  return new SocketAddress({ address: groups, family: 'ipv6' }).address;
}
