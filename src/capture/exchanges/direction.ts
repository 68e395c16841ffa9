import { Chunks } from '../../protocols/chunks.ts';
import type { Piece, Span } from '../records/piece.ts';

/** The difference of two sequence numbers, modulo 2^32: below 0 where `a` is before `b`. */
export const after = (a: number, b: number): number => (a - b) | 0;

interface Part {
  sequence: number;
  /** What was captured of it; null: the piece has it. */
  bytes: Uint8Array | null;
  piece: Piece | null;
  /** What there was. */
  length: number;
  /** When it came. */
  atNs: number;
  /** The bytes are its own, and no more the ring's. */
  isKept: boolean;
}

const bytesOf = ({ bytes, piece }: Part): Uint8Array => bytes ?? piece?.bytes ?? NOTHING;

/** What a direction is in the middle of. */
export type Place =
  /** A head begins at `next`. */
  | 'head'
  /** A body that ends at `end`. */
  | 'body'
  | 'chunks'
  /** A body whose end is not seen: the next turn is behind it. */
  | 'untilTurn'
  | 'untilClose'
  /** Until both sides begin anew, it is not known what is a head. */
  | 'lost';

/** Sequence numbers tell lengths apart up to half of their range. */
const LONGEST_BODY = 0x3fff_ffff;
/** Parts beyond a gap that wait for it to be closed. */
const MOST_PARTS = 64;

/** One direction of a stream of TCP, by sequence numbers: what of it was captured, and how far it is known to be whole. */
export class Direction {
  /** Of the first byte that belongs to no message yet; null before anything is known. */
  next: number | null = null;
  /** So far the kernel has all, whether it was captured or not. */
  high = 0;
  place: Place = 'head';
  /** Of a body whose length is known. */
  end = 0;
  turn: number | null = null;
  /** Of its pieces the last one's: the first one has 1. */
  number = 0;
  isOver = false;
  private finAt: number | null = null;
  private chunks = new Chunks();
  private parts: Part[] = [];
  private spare: Part | null = null;

  begin(next: number): void {
    if (this.next === null) this.restart(next);
  }

  /** The kernel has all up to there. A FIN counts as a byte and is none. */
  raise(sequence: number): void {
    const to = this.finAt !== null && after(sequence, this.finAt) > 0 ? this.finAt : sequence;
    if (this.next === null) return;
    if (after(to, this.high) > 0) this.high = to;
    for (const part of this.parts) {
      const end = (part.sequence + part.length) | 0;
      if (after(part.sequence, this.high) <= 0 && after(end, this.high) > 0) this.high = end;
    }
  }

  /** Bytes that came; `bytes` may be fewer than `length`, and are the ring's. */
  add(sequence: number, bytes: Uint8Array, length: number, atNs: number): void {
    this.put(sequence, bytes, null, length, atNs);
  }

  /** A piece that came, as long as it is valid. */
  addPiece(piece: Piece): void {
    this.put(piece.sequence, null, piece, piece.length, piece.atNs);
  }

  private put(
    sequence: number,
    bytes: Uint8Array | null,
    piece: Piece | null,
    length: number,
    atNs: number,
  ): void {
    if (this.next === null || after((sequence + length) | 0, this.next) <= 0) return;
    this.parts.push(this.part(sequence, bytes, piece, length, atNs));
    if (this.parts.length > 1) this.parts.sort((a, b) => after(a.sequence, b.sequence));
    if (this.parts.length > MOST_PARTS && !this.join()) this.parts.shift();
    this.raise(this.high);
  }

  /** Puts the first two into one, where nothing is between them: a head may come byte by byte. */
  private join(): boolean {
    const [first, second] = this.parts;
    if (!first || !second || bytesOf(first).length < first.length) return false;
    const skip = after((first.sequence + first.length) | 0, second.sequence);
    if (skip < 0 || skip > bytesOf(second).length) return false;
    const bytes = Buffer.concat([bytesOf(first), bytesOf(second).subarray(skip)]);
    const length = first.length + second.length - skip;
    this.parts.splice(0, 2, { ...first, bytes, piece: null, length, isKept: true });
    return true;
  }

  /** Most are taken as soon as they are there: the object is used again. */
  private part(
    sequence: number,
    bytes: Uint8Array | null,
    piece: Piece | null,
    length: number,
    atNs: number,
  ): Part {
    const { spare } = this;
    if (spare === null) return { sequence, bytes, piece, length, atNs, isKept: false };
    this.spare = null;
    spare.sequence = sequence;
    spare.bytes = bytes;
    spare.piece = piece;
    spare.length = length;
    spare.atNs = atNs;
    spare.isKept = false;
    return spare;
  }

  /** Before the ring's memory is given back: what is still needed is copied. */
  keep(): void {
    for (const part of this.parts) {
      if (part.isKept) continue;
      part.bytes = bytesOf(part).slice();
      part.piece = null;
      part.isKept = true;
    }
  }

  /** Where what was captured from `next` on lies, if a piece is all of it; else null. */
  spanOf(piece: Piece): Span | null {
    const [first] = this.parts;
    return this.parts.length === 1 && first?.piece === piece && first.sequence === this.next
      ? piece.span
      : null;
  }

  /** What was captured from `next` on, without a gap. */
  ready(): Uint8Array {
    const first = this.parts[0];
    if (first === undefined) return NOTHING;
    if (this.parts.length === 1 && first.sequence === this.next) return bytesOf(first);
    const found: Uint8Array[] = [];
    let at = this.next ?? 0;
    for (const part of this.parts) {
      const { sequence } = part;
      const bytes = bytesOf(part);
      const skip = after(at, sequence);
      if (skip < 0) break;
      if (skip >= bytes.length) continue;
      found.push(skip > 0 ? bytes.subarray(skip) : bytes);
      at = (sequence + bytes.length) | 0;
    }
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    return only === undefined ? NOTHING : Buffer.concat(found);
  }

  /** When the byte at `next` came; null: it was not captured. */
  get beganNs(): number | null {
    const part = this.parts[0];
    return part && after(part.sequence, this.next ?? 0) <= 0 ? part.atNs : null;
  }

  /** So many bytes belong to a message. */
  take(bytes: number): void {
    const next = ((this.next ?? 0) + bytes) | 0;
    this.next = next;
    while (this.parts.length > 0) {
      const first = this.parts[0] as Part;
      if (after((first.sequence + first.length) | 0, next) > 0) break;
      this.parts.shift();
      first.bytes = NOTHING;
      first.piece = null;
      this.spare = first;
    }
  }

  /** A body of so many bytes. */
  beginBody(length: number): void {
    this.place = length > LONGEST_BODY ? 'untilTurn' : 'body';
    this.end = ((this.next ?? 0) + length) | 0;
  }

  beginChunks(): void {
    this.chunks = new Chunks();
    this.place = 'chunks';
  }

  /** As much of the chunks as has come, captured or not; `lost`: their end cannot be seen. */
  passChunks(): 'passed' | 'waits' | 'lost' | 'ended' {
    const bytes = this.ready();
    if (bytes.length > 0) this.take(this.chunks.bytes(bytes));
    else {
      const hole = this.hole();
      if (hole === 0) return 'waits';
      this.chunks.hole(hole);
      this.take(hole);
    }
    return this.chunks.state === 'open' ? 'passed' : this.chunks.state;
  }

  /** Bytes from `next` on that came and were not captured. */
  hole(): number {
    const next = this.next ?? 0;
    const until = this.parts.reduce(
      (to, { sequence }) => (after(sequence, next) > 0 && after(sequence, to) < 0 ? sequence : to),
      this.high,
    );
    return Math.max(0, after(until, next));
  }

  /** What came up to there is no more of interest. */
  skipTo(sequence: number): void {
    this.take(after(sequence, this.next ?? sequence));
    this.place = 'head';
  }

  /** Anew, from there on. */
  restart(sequence: number): void {
    this.parts = [];
    this.next = sequence;
    this.high = sequence;
  }

  finish(at: number): void {
    this.finAt = at;
    if (after(this.high, at) > 0) this.high = at;
  }

  /** The end has come, and all before it. */
  get hasEnded(): boolean {
    return this.finAt !== null && after(this.high, this.finAt) >= 0;
  }

  get endsAt(): number | null {
    return this.finAt;
  }
}

const NOTHING = new Uint8Array(0);
