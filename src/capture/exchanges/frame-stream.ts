import { Http2Direction, type Http2Event } from '../../protocols/http2.ts';
import { beginsHttp2, looksLikeFrame } from '../../protocols/http2-frames.ts';
import type { Piece, Side } from '../records/piece.ts';
import { after, Direction } from './direction.ts';

/** One direction of a connection of HTTP/2, by sequence numbers: its frames, as far as they were captured. */
export class FrameStream {
  readonly direction = new Direction();
  private readonly frames: Http2Direction;
  /** Sequence number of its first byte that counts. */
  private base = 0;

  constructor(
    private readonly side: Side,
    withValues: boolean,
  ) {
    this.frames = new Http2Direction(withValues);
  }

  /** A client says here that it speaks HTTP/2. */
  private isPreface(piece: Piece): boolean {
    return piece.side === this.side && beginsHttp2(piece.bytes);
  }

  /** It is not known where its frames begin. */
  get isLost(): boolean {
    return this.frames.isLost;
  }

  /** A frame, or a connection, may be seen to begin with the next piece. */
  get isOpen(): boolean {
    return this.direction.next === null || this.isLost;
  }

  /** `isWhole`: nothing was said before. Else frames are told from where one is seen to begin. */
  begin(sequence: number, isWhole: boolean): void {
    if (this.direction.next !== null) return;
    this.direction.begin(sequence);
    this.base = sequence;
    if (!isWhole) this.frames.lose();
  }

  /** What a piece says of it. */
  take(piece: Piece): void {
    const { side, sequence, bytes, length, next, atNs } = piece;
    const isOwn = side === this.side;
    if (isOwn && this.isLost && (this.isPreface(piece) || looksLikeFrame(bytes))) this.rejoin(sequence);
    const upTo = next[this.side];
    this.direction.raise(isOwn && after(upTo, sequence) > 0 ? sequence : upTo);
    if (isOwn && length > 0) this.direction.add(sequence, bytes, length, atNs);
  }

  /** What has come since, as far as it is whole, each with the sequence numbers where it begins and ends. */
  events(): Http2Event[] {
    const { direction, frames } = this;
    const events: Http2Event[] = [];
    for (;;) {
      const bytes = direction.ready();
      const hole = bytes.length > 0 ? 0 : direction.hole();
      if (bytes.length === 0 && hole === 0) break;
      events.push(...(bytes.length > 0 ? frames.bytes(bytes) : frames.hole(hole)));
      direction.take(bytes.length + hole);
    }
    for (const event of events) {
      event.start = (this.base + event.start) | 0;
      event.end = (this.base + event.end) | 0;
    }
    return events;
  }

  private rejoin(sequence: number): void {
    this.direction.restart(sequence);
    this.frames.rejoin();
    this.base = (sequence - this.frames.position) | 0;
  }
}
