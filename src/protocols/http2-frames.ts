import { copyOf, u24, u32 } from './bytes.ts';

/** RFC 9113, 6. */
export const Frame = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  update: 8,
  continuation: 9,
} as const;

export interface Http2Frame {
  type: number;
  flags: number;
  stream: number;
  /** Of the payload. */
  length: number;
  /** Of bytes of the direction before its head. */
  start: number;
  /** Of DATA none; null where a part was not captured, or it is too long. It is valid during the call. */
  payload: Uint8Array | null;
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** Its beginning, read as a frame's length. */
const PREFACE_LENGTH = 0x505249;
const HEADER = 9;
const MAX_PAYLOAD = 65_536;
/** RFC 9113, 4.2: unless both agree on more. */
const USUAL_PAYLOAD = 16_384;
const NOTHING = new Uint8Array();
const TOLD = new Set<number>([Frame.data, Frame.headers, Frame.reset, Frame.push, Frame.continuation]);

/** Whether a client's side of a connection begins here, as far as the bytes go. */
export function beginsHttp2(bytes: Uint8Array): boolean {
  const seen = Math.min(bytes.length, PREFACE.length);
  return seen >= 4 && String.fromCharCode(...bytes.subarray(0, seen)) === PREFACE.slice(0, seen);
}

/**
 * Whether bytes that follow a hole begin with a frame, so far as a few can tell: one whose kind, length and flags go
 * together. DATA is not taken for one, as what it carries may look so.
 */
export function looksLikeFrame(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER) return false;
  const [length, type, flags, stream] = [u24(bytes, 0), bytes[3] ?? 0, bytes[4] ?? 0, u32(bytes, 5)];
  switch (type) {
    case Frame.headers:
      return length > 0 && length <= USUAL_PAYLOAD && (flags & ~0x2d) === 0 && stream > 0 && stream < 2 ** 24;
    case Frame.settings:
      return length <= 120 && length % 6 === 0 && flags <= 1 && stream === 0;
    case Frame.ping:
      return length === 8 && flags <= 1 && stream === 0;
    case Frame.update:
    case Frame.reset:
      return length === 4 && flags === 0 && stream < 2 ** 24;
    default:
      return false;
  }
}

/**
 * The frames of one direction (RFC 9113, 4.1), whose bytes come in order, from where one begins. What was not captured
 * is told as a hole. Where that took what says how long a frame is, `isLost`, until `rejoin` says that one begins.
 */
export class Http2Frames {
  isLost = false;
  /** Bytes that were passed so far, holes too. */
  position = 0;
  readonly #head = new Uint8Array(HEADER);
  #headLength = 0;
  /** Whose payload comes; null: a head comes. */
  #frame: Http2Frame | null = null;
  #left = 0;
  /** Of a payload that comes in parts. */
  #parts: Uint8Array[] = [];
  readonly #tell: (frame: Http2Frame) => void;

  constructor(tell: (frame: Http2Frame) => void) {
    this.#tell = tell;
  }

  bytes(range: Uint8Array): void {
    const end = this.position + range.length;
    for (let at = 0; at < range.length && !this.isLost; ) {
      if (this.#frame === null) this.#takeHead(range[at++] ?? 0);
      else at += this.#takePayload(this.#frame, range.subarray(at, at + this.#left));
    }
    this.position = end;
  }

  hole(length: number): void {
    const end = this.position + length;
    if (this.#frame === null || length > this.#left) this.isLost ||= length > 0;
    else if (!this.isLost) {
      this.#frame.payload = null;
      this.#pass(this.#frame, length);
    }
    this.position = end;
  }

  rejoin(): void {
    this.isLost = false;
    [this.#headLength, this.#left, this.#frame, this.#parts] = [0, 0, null, []];
  }

  #takeHead(byte: number): void {
    const head = this.#head;
    head[this.#headLength++] = byte;
    this.position++;
    if (this.#headLength === 3 && u24(head, 0) === PREFACE_LENGTH) this.#begin(-1, PREFACE.length - 3);
    else if (this.#headLength === HEADER) this.#begin(head[3] ?? 0, u24(head, 0));
  }

  #begin(type: number, length: number): void {
    const isKept = type !== Frame.data && TOLD.has(type) && length <= MAX_PAYLOAD;
    const stream = u32(this.#head, 5) % 2 ** 31;
    const [flags, start] = [this.#head[4] ?? 0, this.position - this.#headLength];
    this.#frame = { type, flags, stream, length, start, payload: isKept ? NOTHING : null };
    [this.#headLength, this.#left, this.#parts] = [0, length, []];
    if (length === 0) this.#pass(this.#frame, 0);
  }

  #takePayload(frame: Http2Frame, part: Uint8Array): number {
    if (frame.payload !== null && part.length === frame.length) frame.payload = part;
    else if (frame.payload !== null) {
      this.#parts.push(copyOf(part));
      if (part.length === this.#left) frame.payload = Buffer.concat(this.#parts);
    }
    this.#pass(frame, part.length);
    return part.length;
  }

  #pass(frame: Http2Frame, length: number): void {
    this.#left -= length;
    this.position += length;
    if (this.#left > 0) return;
    [this.#frame, this.#parts] = [null, []];
    if (TOLD.has(frame.type)) this.#tell(frame);
  }
}
