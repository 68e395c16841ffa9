import { PIECE_FLAG } from '../../abi/request.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import { u16 } from '../../protocols/bytes.ts';
import { parseDns } from '../../protocols/dns.ts';
import type { Moment, Piece, Side } from '../records/piece.ts';
import { after, Direction } from './direction.ts';
import { endedNs } from './stages.ts';

/** Bytes of the length before each message, and of a message's header. */
const PREFIX = 2;
const HEADER = 12;
/** Of the flags the bit that has to be 0 (RFC 1035, 4.1.1), which some set all the same. */
const RESERVED = 0x40;

/** A message, as far as it was captured. Times are monotonic, ns. */
export interface StreamMessage {
  bytes: Uint8Array;
  /** What there was, without the length before it. */
  length: number;
  /** Its first byte. */
  atNs: number;
  /** Its last one; null: it is not known. */
  lastNs: number | null;
  /** Why it did not come whole; null: it did. */
  gap: RequestGap | null;
}

/**
 * The messages in one direction of a connection of DNS: two bytes with its length stand before each (RFC 1035, 4.2.2),
 * whatever segments they come in. What was not captured of one is passed over by its length; where the place of one is
 * not known, none is told until a piece begins with what can be nothing else.
 */
export class DnsStream {
  private readonly direction = new Direction();
  /** Why messages may be missing; null: none are. */
  missing: RequestGap | null = null;
  private open: StreamMessage | null = null;
  /** Whether a message stands at the next byte: it does, it should, or it is looked for. */
  private footing: 'sure' | 'new' | 'lost' = 'new';

  /** `isServers`: it carries answers. */
  constructor(
    private readonly side: Side,
    private readonly isServers: boolean,
    private readonly tell: (message: StreamMessage) => void,
  ) {}

  /** A piece of either side: each says how far both have come. */
  take(piece: Piece): void {
    const { direction, side } = this;
    const isOwn = piece.side === side;
    const isListeners = (piece.flags & PIECE_FLAG.listener) !== 0;
    const isFirst = direction.number === 0;
    const isNext = !isOwn || isListeners || this.isNext(piece);
    if (isListeners && !isOwn) return;
    if (!isNext) this.lose(isFirst ? null : 'pieces lost');
    direction.begin(isOwn ? piece.turn : piece.next[side]);
    direction.raise(isListeners ? piece.sequence : piece.next[side]);
    if (isOwn) this.add(piece);
    this.run(piece);
    direction.keep();
  }

  /** Nothing more comes, and all has come. */
  get hasEnded(): boolean {
    return this.direction.hasEnded;
  }

  /** How far the connection has come since its last piece. */
  settle(moment: Moment): void {
    this.direction.raise(moment.next[this.side]);
    if (this.direction.place === 'body') this.end(moment);
  }

  /** What has not ended is told as far as it came. */
  giveUp(gap: RequestGap): void {
    const { open } = this;
    this.open = null;
    this.footing = 'lost';
    this.direction.place = 'lost';
    if (open) this.tell({ ...open, gap });
  }

  /** `gap`: why messages may be missing from here on; null: for no other reason than before. */
  private lose(gap: RequestGap | null): void {
    this.missing = gap ?? this.missing;
    this.giveUp('pieces lost');
  }

  private isNext({ number }: Piece): boolean {
    const expected = (this.direction.number + 1) & 0xffff;
    this.direction.number = number;
    return number === expected;
  }

  private add({ sequence, bytes, length, atNs, flags }: Piece): void {
    const { direction } = this;
    if (direction.place === 'lost' && length > 0) {
      direction.restart(sequence);
      direction.place = 'head';
    }
    if (length > 0) direction.add(sequence, bytes, length, atNs);
    if (flags & PIECE_FLAG.fin) direction.finish((sequence + length) | 0);
  }

  private run(moment: Moment): void {
    for (;;) {
      const { place } = this.direction;
      if (place === 'lost' || !(place === 'body' ? this.end(moment) : this.begin(moment))) return;
    }
  }

  /** A message whose length is known; false: it is not there yet. */
  private begin(moment: Moment): boolean {
    const { direction } = this;
    const bytes = direction.ready();
    const isCut = after(direction.high, ((direction.next ?? 0) + bytes.length) | 0) > 0;
    if (bytes.length < PREFIX + (this.footing === 'sure' ? 0 : HEADER)) {
      if (isCut) this.lose('head cut');
      return false;
    }
    const length = u16(bytes, 0);
    const message = bytes.subarray(PREFIX, PREFIX + length);
    const isWhole = message.length === length;
    if (this.footing !== 'sure' && !this.isMessage(message, length)) this.lose(null);
    else if (isWhole || (isCut && this.footing !== 'lost')) {
      this.footing = 'sure';
      const atNs = direction.beganNs ?? moment.atNs;
      this.open = {
        bytes: message.slice(),
        length,
        atNs,
        lastNs: null,
        gap: null,
      };
      direction.beginBody(PREFIX + length);
      return true;
    } else if (isCut) this.lose(null);
    return false;
  }

  /** Its end; false: it has not come yet. */
  private end(moment: Moment): boolean {
    const { direction, open, side } = this;
    const { end, high } = direction;
    if (after(high, end) < 0) return false;
    this.open = null;
    direction.skipTo(end);
    if (open)
      this.tell({
        ...open,
        lastNs: endedNs(moment, side, end) ?? moment.lastNs[side],
      });
    return true;
  }

  /** Rather than the midst of one: one question, or a header alone; where it is looked for, nothing else could be read so. */
  private isMessage(bytes: Uint8Array, length: number): boolean {
    const message = parseDns(bytes);
    if (message === null || message.isAnswer !== this.isServers || u16(bytes, 2) & RESERVED) return false;
    const { questions, name, type, partial } = message;
    if (this.footing === 'new') return questions === 1 || (questions === 0 && length === HEADER);
    if (questions !== 1) return false;
    return bytes.length < length || (!partial && name !== '.' && type !== null && !type.startsWith('TYPE'));
  }
}
