import { PIECE_DIRECTION, PIECE_FLAG } from '../../abi/request.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import { pathOf } from '../../protocols/http1-target.ts';
import type { Http2Event } from '../../protocols/http2.ts';
import { beginsHttp2 } from '../../protocols/http2-frames.ts';
import { otherSide, type Piece, SIDES, type Side } from '../records/piece.ts';
import { Exchange, type Talker } from './exchange.ts';
import { FrameStream } from './frame-stream.ts';
import type { Listener } from './http-pairing.ts';
import { endedNs, setConnected } from './stages.ts';
import type { Talk, Upgrade } from './talk.ts';
import { Untaken } from './untaken.ts';

/** Requests that one connection may have without an answer. */
const MOST_STREAMS = 1000;
/** Streams that were given up, of which something may still come. */
const MOST_DEAD = 1000;

/** What is said on one stream: an answer may end before its request does. */
interface Stream {
  exchange: Exchange;
  isAsked: boolean;
  isAnswered: boolean;
}

/** Requests and answers of HTTP/2 on one connection, each on a stream of its own (RFC 9113, 8.1). */
export class Http2Talk implements Talk {
  isClosed = false;
  readonly isWaiting = false;
  private readonly sides: readonly [FrameStream, FrameStream];
  private readonly streams = new Map<number, Stream>();
  private readonly dead = new Map<number, true>();
  private readonly untaken = new Untaken();
  /** null: not known yet. */
  private asker: Side | null = null;
  /** What its beginning said is known. */
  private isWhole = false;
  /** When the connection was made, for its first request. */
  private connected: { connectingNs: number; connectedNs: number } | null = null;
  private hasBegun = false;

  constructor(
    private readonly talker: Talker,
    private readonly listener: Listener,
    { query }: HttpWishes,
    upgrade: Upgrade | null = null,
  ) {
    this.sides = [new FrameStream(0, query), new FrameStream(1, query)];
    if (upgrade) this.resume(upgrade);
  }

  piece(piece: Piece): void {
    if (this.isClosed) return;
    const { side, flags, next, connectingNs, connectedNs } = piece;
    if (this.sides[side].isOpen && beginsHttp2(piece.bytes)) {
      this.isWhole = true;
      this.asker = side;
    }
    // each piece of the first segment says so
    if (connectingNs !== 0 && !this.hasBegun) this.connected = { connectingNs, connectedNs };
    for (const each of SIDES) {
      if (each !== side && flags & PIECE_FLAG.listener) continue;
      const stream = this.sides[each];
      stream.begin(each === side ? piece.sequence : next[each], this.isWhole);
      stream.take(piece);
    }
    for (const each of SIDES) this.follow(each, piece);
    const { direction } = this.sides[side];
    if (flags & PIECE_FLAG.reset) this.close(piece.atNs, 'reset');
    else if (flags & PIECE_FLAG.fin) direction.finish((piece.sequence + piece.length) | 0);
    if (direction.hasEnded && side !== this.asker) this.close(piece.atNs, 'no answer');
    for (const each of this.sides) each.direction.keep();
    this.untaken.settle(piece);
  }

  /** The first stream is asked for already, in HTTP/1 (RFC 7540, 3.2). */
  private resume({ exchange: asked, pieces }: Upgrade): void {
    const { method, host, path, beganNs, start, isClient } = asked;
    this.isWhole = true;
    this.asker = isClient ? PIECE_DIRECTION.sent : PIECE_DIRECTION.received;
    const stream = this.begin(1, beganNs, start);
    Object.assign(stream.exchange, { method, host, path });
    stream.isAsked = true;
    this.listener.began(stream.exchange);
    for (const piece of pieces) this.piece(piece);
  }

  /** The kernel tells the last byte of each message: nothing ends between pieces. */
  sweep(): void {}

  close(atNs: number, gap: RequestGap): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const stream of this.streams.values()) {
      const { exchange } = stream;
      if (exchange.firstNs === null) exchange.lastNs = atNs;
      const why = exchange.firstNs === null || gap === 'reset' ? gap : 'cut short';
      this.finish(exchange, this.missing(stream, why));
    }
    this.streams.clear();
  }

  /** What a side has said since. */
  private follow(side: Side, piece: Piece): void {
    const frames = this.sides[side];
    const wasLost = frames.isLost;
    for (const event of frames.events()) this.event(side, event, piece);
    if (wasLost || !frames.isLost) return;
    for (const { exchange, isAsked, isAnswered } of this.streams.values())
      if (!(side === this.asker ? isAsked : isAnswered)) exchange.gap ??= this.unknown;
  }

  /** Of a stream that is given up, unless it was answered, `why`: but no answer may be one that was not seen. */
  private missing({ exchange, isAnswered }: Stream, why: RequestGap): RequestGap | null {
    if (isAnswered || exchange.gap !== null) return exchange.gap;
    const isSeen = this.asker === null || !this.sides[otherSide(this.asker)].isLost;
    return why === 'no answer' && !isSeen ? this.unknown : why;
  }

  private event(side: Side, event: Http2Event, piece: Piece): void {
    if (event.method !== null) this.asker ??= side;
    else if (event.status !== null) this.asker ??= otherSide(side);
    if (this.asker === null || event.stream % 2 === 0) return; // of a push nothing is told
    const isAsked = side === this.asker;
    const stream =
      this.streams.get(event.stream) ?? (isAsked ? this.asked(event, piece) : this.unasked(event, piece));
    if (stream === null) return;
    const { exchange } = stream;
    if (event.kind === 'reset') {
      this.endStream(event.stream, exchange, stream.isAnswered ? exchange.gap : 'reset');
      return;
    }
    if (isAsked) this.request(side, stream, event, piece);
    else this.answer(side, stream, event, piece);
    if (stream.isAsked && stream.isAnswered) this.endStream(event.stream, exchange, exchange.gap);
  }

  private asked(event: Http2Event, { atNs }: Piece): Stream | null {
    if (event.kind !== 'headers' || this.dead.has(event.stream)) return null;
    if (event.method === null && !event.hasUnknown) return null; // trailers
    const { method, target, authority } = event;
    const stream = this.begin(event.stream, atNs, event.start);
    const { exchange } = stream;
    exchange.method = method;
    exchange.host = target?.host ?? authority;
    if (target) exchange.path = pathOf(target);
    const isKnown = method !== null && (target !== null || method === 'CONNECT') && exchange.host !== null;
    if (event.hasUnknown && !isKnown) exchange.gap = this.unknown;
    if (this.connected) setConnected(exchange, this.connected);
    this.connected = null;
    this.listener.began(exchange);
    if (target?.form === 'origin' && exchange.host !== null) this.listener.named?.(exchange);
    return stream;
  }

  /** An answer to what was not seen to be asked. */
  private unasked({ kind, stream, status }: Http2Event, { atNs }: Piece): Stream | null {
    if (kind !== 'headers' || status === null || this.dead.has(stream)) return null;
    const begun = this.begin(stream, atNs, null);
    begun.isAsked = true;
    begun.exchange.gap = this.unknown;
    this.connected = null;
    this.listener.began(begun.exchange);
    return begun;
  }

  private begin(stream: number, atNs: number, start: number | null): Stream {
    const isClient = this.asker === PIECE_DIRECTION.sent;
    const exchange = new Exchange('http2', this.talker, isClient, atNs, start);
    const begun = { exchange, isAsked: false, isAnswered: false };
    this.hasBegun = true;
    this.streams.set(stream, begun);
    const oldest = evictOldest(this.streams, MOST_STREAMS);
    if (oldest) {
      const [number, given] = oldest;
      const why = given.exchange.firstNs === null ? 'no answer' : 'not followed';
      this.endStream(number, given.exchange, this.missing(given, why));
    }
    return begun;
  }

  private request(side: Side, stream: Stream, { isEnd, wireBytes, end }: Http2Event, piece: Piece): void {
    if (!isEnd) return;
    const { exchange } = stream;
    stream.isAsked = true;
    exchange.requestBytes = wireBytes;
    if (this.talker.isText) return;
    exchange.requestEndedNs = endedNs(piece, side, end);
    this.untaken.add(side, exchange, end);
  }

  private answer(side: Side, stream: Stream, event: Http2Event, piece: Piece): void {
    const { exchange } = stream;
    exchange.firstNs ??= piece.atNs;
    if (event.status !== null && event.status >= 200) exchange.status = event.status;
    exchange.grpcStatus ??= event.grpcStatus;
    if (!event.isEnd) return;
    if (exchange.status === null) exchange.gap ??= this.unknown;
    exchange.responseBytes = event.wireBytes;
    exchange.responseStart = (event.end - (event.wireBytes ?? 0)) | 0;
    exchange.lastNs = endedNs(piece, side, event.end) ?? piece.lastNs[side];
    if (!this.talker.isText) this.untaken.add(side, exchange, event.end);
    stream.isAnswered = true;
  }

  private endStream(stream: number, exchange: Exchange, gap: RequestGap | null): void {
    this.streams.delete(stream);
    this.dead.set(stream, true);
    evictOldest(this.dead, MOST_DEAD);
    this.finish(exchange, gap);
  }

  private finish(exchange: Exchange, gap: RequestGap | null): void {
    exchange.gap = gap;
    exchange.isDone = true;
    this.listener.done(exchange);
  }

  /** Why something is not known of heads that were captured. */
  private get unknown(): RequestGap {
    return this.isWhole ? 'pieces lost' : 'joined in the middle';
  }
}
