import { u16 } from './bytes.ts';
import { helloLength, parseHello, type TlsHello } from './tls-hello.ts';
import { alertName } from './tls-names.ts';

export interface TlsStart {
  hello: TlsHello | null;
  alert: TlsAlert | null;
}

export interface TlsAlert {
  isFatal: boolean;
  /** null: it is encrypted. */
  name: string | null;
}

/** RFC 8446, 5.1. */
export const TLS_RECORD = { changeCipher: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
const { changeCipher: CHANGE_CIPHER, alert: ALERT, handshake: HANDSHAKE } = TLS_RECORD;
const LAST_TYPE = 24;
/** 2^14 and what encryption may add (RFC 5246, 6.2.3). */
const MAX_RECORD = 0x4000 + 2048;
const MAX_RECORDS = 64;
const MAX_HELLO = 0x4000;

/**
 * What one side of a connection says in clear at its beginning, out of its TLS records; the last may be cut, and a
 * hello may be spread over several. null where no record begins. Text is safe to print.
 */
export function parseTls(bytes: Uint8Array, from = 0, to = bytes.length): TlsStart | null {
  const stream = bytes.subarray(from, to);
  if (!isRecord(stream, 0)) return null;
  let handshake: Uint8Array = stream.subarray(0, 0);
  let alert: TlsAlert | null = null;
  let isEncrypted = false;
  for (let at = 0, count = 0; isRecord(stream, at) && count < MAX_RECORDS; count++) {
    const end = at + 5 + u16(stream, at + 3);
    const content = stream.subarray(at + 5, end);
    if (stream[at] === CHANGE_CIPHER) isEncrypted = true;
    else if (stream[at] === ALERT) alert ??= readAlert(stream, at, isEncrypted);
    else if (stream[at] === HANDSHAKE && !isEncrypted && !isWhole(handshake))
      handshake = joined(handshake, content);
    at = end;
  }
  return { hello: parseHello(handshake), alert };
}

/** The length of the first record of a type; null: there is none as far as the bytes go. */
export function tlsRecord(bytes: Uint8Array, type: number): number | null {
  for (let at = 0, count = 0; isRecord(bytes, at) && count < MAX_RECORDS; count++) {
    const length = u16(bytes, at + 3);
    if (bytes[at] === type) return length;
    at += 5 + length;
  }
  return null;
}

/** Whether a record's header stands there. */
function isRecord(stream: Uint8Array, at: number): boolean {
  const type = stream[at] ?? 0;
  const minor = stream[at + 2] ?? 5;
  const isHeader = type >= CHANGE_CIPHER && type <= LAST_TYPE && stream[at + 1] === 3 && minor <= 4;
  return isHeader && at + 5 <= stream.length && u16(stream, at + 3) <= MAX_RECORD;
}

function isWhole(handshake: Uint8Array): boolean {
  const length = helloLength(handshake);
  return length !== null && handshake.length >= Math.min(length, MAX_HELLO);
}

/** Copies only where a hello is spread. */
function joined(handshake: Uint8Array, content: Uint8Array): Uint8Array {
  if (handshake.length === 0) return content;
  const both = new Uint8Array(handshake.length + content.length);
  both.set(handshake);
  both.set(content, handshake.length);
  return both;
}

/** Two bytes in clear; encrypted ones are longer. */
function readAlert(stream: Uint8Array, at: number, isEncrypted: boolean): TlsAlert | null {
  const [level, description] = [stream[at + 5], stream[at + 6]];
  if (isEncrypted || u16(stream, at + 3) !== 2) return { isFatal: false, name: null };
  if (level === undefined || description === undefined) return null;
  return { isFatal: level === 2, name: alertName(description) };
}
