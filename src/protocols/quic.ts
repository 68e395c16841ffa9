import { u32 } from './bytes.ts';
import { varint } from './quic-frames.ts';
import { type QuicVersion, versionOf } from './quic-keys.ts';

/** An Initial as it was sent: all but some of its header is encrypted. */
export interface QuicInitial {
  version: QuicVersion;
  /** Connection ids: of the receiver, of the sender. */
  destination: Uint8Array;
  source: Uint8Array;
  /** From its first byte to its last, or to the end of what was captured. */
  packet: Uint8Array;
  /** Where its number begins, which is encrypted. */
  numberAt: number;
  /** It can't be opened, as it is authenticated as a whole. */
  isCut: boolean;
}

const MAX_PACKETS = 4;
const MAX_ID = 20;
/** Type of a Retry less that of an Initial: it has no length, and is the last of its datagram. */
const RETRY = 3;

/**
 * The Initials of a datagram (RFC 9000, 17.2.2; RFC 9369), of which several packets may share one; null where it does
 * not begin with a long header of a version that is known.
 */
export function initialsOf(bytes: Uint8Array, from = 0, to = bytes.length): QuicInitial[] | null {
  let packet = bytes.subarray(from, to);
  let header = readHeader(packet);
  if (header === null) return null;
  const initials: QuicInitial[] = [];
  for (let count = 0; header !== null && count < MAX_PACKETS; count++) {
    const { version, kind, destination, source, numberAt, length } = header;
    const end = numberAt + length;
    const isCut = end > packet.length;
    if (kind === 0)
      initials.push({ version, destination, source, packet: packet.subarray(0, end), numberAt, isCut });
    packet = packet.subarray(end);
    header = readHeader(packet);
  }
  return initials;
}

interface Header {
  version: QuicVersion;
  /** 0: Initial, 1: 0-RTT, 2: Handshake. */
  kind: number;
  destination: Uint8Array;
  source: Uint8Array;
  numberAt: number;
  /** Of the number and the payload. */
  length: number;
}

function readHeader(packet: Uint8Array): Header | null {
  const first = packet[0] ?? 0;
  const version = versionOf(u32(packet, 1));
  if ((first & 0x80) === 0 || version === null) return null; // the next bit may be anything: RFC 9287
  const kind = ((first >> 4) - version.initial) & 3;
  const destination = idAt(packet, 5);
  const source = destination && idAt(packet, 6 + destination.length);
  if (destination === null || source === null || kind === RETRY) return null;
  const position = { at: 7 + destination.length + source.length };
  if (kind === 0) {
    const token = varint(packet, position);
    if (token === null) return null;
    position.at += token;
  }
  const length = varint(packet, position);
  return length === null ? null : { version, kind, destination, source, numberAt: position.at, length };
}

/** A length and so many bytes. */
function idAt(packet: Uint8Array, at: number): Uint8Array | null {
  const length = packet[at];
  if (length === undefined || length > MAX_ID || at + 1 + length > packet.length) return null;
  return packet.subarray(at + 1, at + 1 + length);
}
