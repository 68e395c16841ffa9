import { copyOf } from './bytes.ts';
import { Hpack } from './hpack.ts';
import { fieldsOf, type Http2Fields, isWanted, NO_FIELDS } from './http2-fields.ts';
import { Frame, type Http2Frame, Http2Frames } from './http2-frames.ts';
import { blockOf } from './http2-payload.ts';

/** What one side says about one of its streams. */
export interface Http2Event extends Http2Fields {
  kind: 'headers' | 'end' | 'reset';
  stream: number;
  /** This side says no more on the stream. */
  isEnd: boolean;
  /** Of this stream's frames so far that carry heads or a body, all of them; null where its beginning was not seen. */
  wireBytes: number | null;
  /** Bytes of the direction before the frame that says it, and with that. */
  start: number;
  end: number;
}

const END_STREAM = 0x1;
const END_HEADERS = 0x4;
/** Of a frame. */
const HEADER = 9;
const MAX_BLOCK = 65_536;
const MAX_STREAMS = 4096;

/** A header block that goes on in further frames. */
interface Open {
  frame: Http2Frame;
  /** null: a part was missed. */
  parts: Uint8Array[] | null;
  /** With the heads of its frames: of empty ones too there are not too many. */
  size: number;
  wireBytes: number;
}

/**
 * One direction of an HTTP/2 connection, fed in order with its bytes and its holes, from the connection's beginning or
 * from where a frame begins. What a header block says that was not captured, or that came before, is told as unknown,
 * and so is what later blocks take from it. Text is safe to print.
 */
export class Http2Direction {
  readonly #events: Http2Event[] = [];
  readonly #frames = new Http2Frames((frame) => this.#take(frame));
  readonly #hpack = new Hpack(isWanted);
  /** Bytes of the streams whose beginning was seen; of too many the longest known is given up. */
  readonly #sizes = new Map<number, number>();
  readonly #withValues: boolean;
  #open: Open | null = null;

  /** `withValues`: of queries their values are told, not their names alone. */
  constructor(withValues = false) {
    this.#withValues = withValues;
  }

  /** Bytes that were passed so far. */
  get position(): number {
    return this.#frames.position;
  }

  /** A hole took what says where the next frame begins: nothing is told until `rejoin`. */
  get isLost(): boolean {
    return this.#frames.isLost;
  }

  bytes(range: Uint8Array): Http2Event[] {
    this.#frames.bytes(range);
    return this.#events.splice(0);
  }

  hole(length: number): Http2Event[] {
    this.#frames.hole(length);
    if (this.isLost) this.#forget();
    return this.#events.splice(0);
  }

  /** What comes is not known, until `rejoin`. */
  lose(): void {
    this.#forget();
    this.#frames.isLost = true;
  }

  /** The next byte is known to be a frame's first. */
  rejoin(): void {
    this.#forget();
    this.#frames.rejoin();
  }

  #forget(): void {
    this.#hpack.forget();
    this.#sizes.clear();
    this.#open = null;
  }

  #take(frame: Http2Frame): void {
    if (frame.type === Frame.data) this.#takeData(frame);
    else if (frame.type === Frame.reset) this.#tell('reset', frame, NO_FIELDS);
    else if (frame.type === Frame.headers || frame.type === Frame.push) this.#begin(frame);
    else if (frame.type === Frame.continuation) this.#continue(frame);
  }

  #takeData(frame: Http2Frame): void {
    const before = this.#sizes.get(frame.stream);
    if (before !== undefined) this.#sizes.set(frame.stream, before + HEADER + frame.length);
    if (frame.flags & END_STREAM) this.#tell('end', frame, NO_FIELDS);
  }

  #begin(frame: Http2Frame): void {
    if (this.#open !== null) this.#forget();
    const block = blockOf(frame);
    const wireBytes = HEADER + frame.length;
    this.#open = { frame, parts: block && [block], size: block?.length ?? 0, wireBytes };
    if (frame.flags & END_HEADERS) this.#end(this.#open);
    else this.#open.parts = block && [copyOf(block)];
  }

  #continue(frame: Http2Frame): void {
    const open = this.#open;
    if (open === null || open.frame.stream !== frame.stream) {
      this.#forget();
      return;
    }
    open.size += HEADER + frame.length;
    open.wireBytes += HEADER + frame.length;
    if (frame.payload === null || open.size > MAX_BLOCK) open.parts = null;
    else open.parts?.push(copyOf(frame.payload));
    if (frame.flags & END_HEADERS) this.#end(open);
  }

  #end({ frame, parts, wireBytes }: Open): void {
    this.#open = null;
    if (parts === null) this.#hpack.forget();
    const [first] = parts ?? [];
    const block = parts === null || parts.length > 1 ? parts && Buffer.concat(parts) : first;
    const fields = fieldsOf(block ? this.#hpack.decode(block) : null, this.#withValues);
    if (frame.type === Frame.push) return;
    const isBeginning = fields.method !== null || fields.status !== null;
    const before = this.#sizes.get(frame.stream) ?? (isBeginning ? 0 : null);
    if (before !== null) this.#sizes.set(frame.stream, before + wireBytes);
    this.#tell('headers', frame, fields);
  }

  #tell(kind: Http2Event['kind'], { stream, flags, start }: Http2Frame, fields: Http2Fields): void {
    const isEnd = kind !== 'headers' || (flags & END_STREAM) !== 0;
    const wireBytes = this.#sizes.get(stream) ?? null;
    if (isEnd) this.#sizes.delete(stream);
    else if (this.#sizes.size > MAX_STREAMS) this.#sizes.delete(this.#sizes.keys().next().value ?? 0);
    this.#events.push({ kind, stream, isEnd, wireBytes, start, end: this.position, ...fields });
  }
}
