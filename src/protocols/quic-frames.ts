import { alertName } from './tls-names.ts';

/** A part of the stream that carries the handshake. */
export interface CryptoPiece {
  offset: number;
  bytes: Uint8Array;
}

export interface InitialFrames {
  pieces: CryptoPiece[];
  /** Why the sender closes the connection; null: it does not. */
  closed: string | null;
}

interface Position {
  at: number;
}

const MAX_FRAMES = 2048;
const MAX_RANGES = 256;
const CRYPTO_ERROR = 0x100;
const ERRORS = [
  'NO_ERROR',
  'INTERNAL_ERROR',
  'CONNECTION_REFUSED',
  'FLOW_CONTROL_ERROR',
  'STREAM_LIMIT_ERROR',
  'STREAM_STATE_ERROR',
  'FINAL_SIZE_ERROR',
  'FRAME_ENCODING_ERROR',
  'TRANSPORT_PARAMETER_ERROR',
  'CONNECTION_ID_LIMIT_ERROR',
  'PROTOCOL_VIOLATION',
  'INVALID_TOKEN',
  'APPLICATION_ERROR',
];

/** The frames that an Initial may hold (RFC 9000, 17.2.2), up to one that is malformed. */
export function readInitialFrames(payload: Uint8Array): InitialFrames {
  const found: InitialFrames = { pieces: [], closed: null };
  const position = { at: 0 };
  for (let count = 0; count < MAX_FRAMES && position.at < payload.length; count++)
    if (!readFrame(payload, position, found)) break;
  return found;
}

function readFrame(payload: Uint8Array, position: Position, found: InitialFrames): boolean {
  const type = payload[position.at++];
  if (type === 0) return pad(payload, position);
  if (type === 1) return true;
  if (type === 2 || type === 3) return skipAcknowledgement(payload, position, type === 3);
  const [first, second] = [varint(payload, position), varint(payload, position)];
  if (first === null || second === null) return false;
  if (type === 0x1c) {
    found.closed = closeName(first);
    return false;
  }
  const end = position.at + second;
  if (type !== 6 || end > payload.length) return false;
  found.pieces.push({ offset: first, bytes: payload.subarray(position.at, end) });
  position.at = end;
  return true;
}

function pad(payload: Uint8Array, position: Position): true {
  while (payload[position.at] === 0) position.at++;
  return true;
}

/** Largest, delay, count of ranges, first range; then two numbers for each range, three for ECN. */
function skipAcknowledgement(payload: Uint8Array, position: Position, hasEcn: boolean): boolean {
  const head = [0, 1, 2, 3].map(() => varint(payload, position));
  const ranges = head[2] ?? MAX_RANGES;
  if (head.includes(null) || ranges >= MAX_RANGES) return false;
  for (let left = 2 * ranges + (hasEcn ? 3 : 0); left > 0; left--)
    if (varint(payload, position) === null) return false;
  return true;
}

function closeName(code: number): string {
  if (code >= CRYPTO_ERROR && code < CRYPTO_ERROR + 256) return alertName(code - CRYPTO_ERROR);
  return ERRORS[code] ?? `error ${code}`;
}

/** A number of 1, 2, 4 or 8 bytes (RFC 9000, 16); null where it is cut or larger than can be meant. */
export function varint(bytes: Uint8Array, position: Position): number | null {
  const first = bytes[position.at];
  if (first === undefined) return null;
  const length = 1 << (first >> 6);
  if (position.at + length > bytes.length) return null;
  let value = first & 0x3f;
  for (let index = 1; index < length; index++) value = value * 256 + (bytes[position.at + index] ?? 0);
  position.at += length;
  return Number.isSafeInteger(value) ? value : null;
}
