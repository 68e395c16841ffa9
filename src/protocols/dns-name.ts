import { u16 } from './bytes.ts';

const MAX_NAME = 255;
const MAX_LABEL = 63;

export interface DnsName {
  /** Printable ASCII alone: other bytes are \DDD, as in a zone file. The root is `.`. As sent: upper and lower case are one name. */
  name: string;
  /** Where the name ends in the message. */
  end: number;
}

/**
 * The name at that place of a message (RFC 1035, 4.1.4); null where it is cut or breaks the rules.
 * Each pointer has to lead further back, so that there is no loop.
 */
export function readDnsName(message: Uint8Array, from: number): DnsName | null {
  let [at, lowest, end, size] = [from, from, -1, 1];
  let name = '';
  for (;;) {
    const length = message[at];
    if (length === undefined) return null;
    if (length === 0) return { name: name === '' ? '.' : name, end: end < 0 ? at + 1 : end };
    if (length >= 0xc0) {
      const target = u16(message, at) & 0x3fff;
      if (at + 2 > message.length || target >= lowest) return null;
      if (end < 0) end = at + 2;
      at = lowest = target;
      continue;
    }
    size += length + 1;
    if (length > MAX_LABEL || size > MAX_NAME || at + 1 + length > message.length) return null;
    name += (name === '' ? '' : '.') + label(message, at + 1, length);
    at += 1 + length;
  }
}

/** Where the name ends, without reading it; null where it is cut. */
export function skipDnsName(message: Uint8Array, from: number): number | null {
  for (let at = from; at - from <= MAX_NAME; ) {
    const length = message[at];
    if (length === undefined) return null;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2 > message.length ? null : at + 2;
    if (length > MAX_LABEL) return null;
    at += 1 + length;
  }
  return null;
}

function label(message: Uint8Array, at: number, length: number): string {
  let text = '';
  for (const byte of message.subarray(at, at + length)) text += character(byte, ' .\\');
  return text;
}

/** A character-string between quotes. */
export function quoted(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) text += character(byte, '"\\');
  return `${text}"`;
}

function character(byte: number, special: string): string {
  if (byte < 0x20 || byte > 0x7e) return `\\${String(byte).padStart(3, '0')}`;
  const text = String.fromCharCode(byte);
  if (!special.includes(text)) return text;
  return text === ' ' ? '\\032' : `\\${text}`;
}
