import { type Body, requestBody, responseBody } from '../../protocols/body.ts';
import {
  type HttpRequestHead,
  type HttpResponseHead,
  type HttpWishes,
  parseHttpHead,
} from '../../protocols/http1.ts';
import { pathOf } from '../../protocols/http1-target.ts';
import type { Piece, Side } from '../records/piece.ts';
import { after, type Direction } from './direction.ts';
import type { Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';
import { OrderedTalk } from './ordered-talk.ts';
import type { Upgrade } from './talk.ts';

/** So many bytes tell whether a head begins: HTTP/1.1 200, or a method and a target. */
const LEAST_HEAD = 16;
/** Pieces that wait for the other protocol to begin. */
const MOST_WAITING = 64;

/**
 * Requests and answers of HTTP/1 on one connection, out of the first bytes of what each side says. Bodies are passed
 * over by sequence numbers (RFC 9112, 6.3). What a hole hides is left unknown: nothing is put together by a guess.
 */
export class HttpTalk extends OrderedTalk {
  upgrade: Upgrade | null = null;

  constructor(
    talker: Talker,
    listener: Listener,
    private readonly wishes: HttpWishes,
  ) {
    super('http', talker, listener);
  }

  override piece(piece: Piece): void {
    if (this.upgrade) this.hold(this.upgrade, piece);
    else super.piece(piece);
  }

  /** The other end may go on without ever beginning the other protocol. */
  private hold({ pieces }: Upgrade, piece: Piece): void {
    if (pieces.length < MOST_WAITING) pieces.push(copied(piece));
    else this.upgrade = null;
  }

  protected head(side: Side, direction: Direction, piece: Piece): boolean {
    const bytes = direction.ready();
    const next = direction.next ?? 0;
    if (bytes.length === 0) {
      if (after(direction.high, next) > 0) this.hidden(side, direction, piece);
      return false;
    }
    const head = parseHttpHead(bytes, 0, bytes.length, this.wishes);
    // its end may be yet to come, or beyond what is captured of a turn
    const isCut = after(direction.high, (next + bytes.length) | 0) > 0;
    if (head === null) {
      if (isCut || bytes.length >= LEAST_HEAD) direction.place = 'lost';
      return false;
    }
    if (head.end === null && !isCut) return false;
    const beganNs = direction.beganNs ?? piece.atNs;
    direction.take(head.end ?? bytes.length);
    if (head.kind === 'request') this.request(side, piece, head, next, beganNs);
    else this.response(side, piece, head, next);
    return true;
  }

  /** Bytes passed where a head was to be: that there was a request is known, and nothing else of it. */
  private hidden(side: Side, direction: Direction, piece: Piece): void {
    direction.place = 'lost';
    if (this.pairing.isAsking(side)) this.pairing.request(side, piece.atNs, direction.next).gap = 'head cut';
  }

  private request(side: Side, piece: Piece, head: HttpRequestHead, start: number, beganNs: number): void {
    const exchange = this.pairing.request(side, beganNs, start);
    exchange.method = head.method;
    exchange.path = pathOf(head.target);
    exchange.host = head.target.host ?? head.fields.host;
    if (head.target.form === 'origin') this.pairing.named(exchange); // others go through a proxy
    if (head.end === null) exchange.gap = 'head cut';
    this.current[side] = exchange;
    this.body(side, piece, requestBody(head));
  }

  private response(side: Side, piece: Piece, head: HttpResponseHead, start: number): void {
    const { status } = head;
    if (status < 200 && status !== 101) return; // another one follows: RFC 9110, 15.2
    const exchange = this.pairing.answer(side, piece.atNs, start);
    if (exchange === null) {
      this.directions[side].place = 'untilTurn';
      return;
    }
    exchange.status = status;
    if (head.end === null) exchange.gap ??= 'head cut';
    this.current[side] = exchange;
    const body = responseBody(head, exchange.method);
    if (body.kind === 'tunnel') exchange.upgrade = head.fields.upgrade ?? 'tunnel';
    if (exchange.upgrade === 'h2c') this.upgrade = { exchange, pieces: this.rest(side, piece) };
    this.body(side, piece, body);
  }

  /** Of a piece with the end of a head what is behind that. */
  private rest(side: Side, piece: Piece): Piece[] {
    const direction = this.directions[side];
    const sequence = direction.next ?? 0;
    const length = after((piece.sequence + piece.length) | 0, sequence);
    return length > 0 ? [copied({ ...piece, sequence, length, bytes: direction.ready() })] : [];
  }

  /** What follows a head. */
  private body(side: Side, piece: Piece, body: Body): void {
    const direction = this.directions[side];
    switch (body.kind) {
      case 'none':
        this.endBody(side, piece, direction.next ?? 0);
        return;
      case 'length':
        direction.beginBody(body.length);
        return;
      case 'chunked':
        direction.beginChunks();
        return;
      case 'untilClose':
        direction.place = 'untilClose';
        return;
      case 'tunnel':
        this.isLeft = true;
        this.endBody(side, piece, direction.next ?? 0);
        return;
      case 'unknown':
        direction.place = 'untilTurn';
    }
  }
}

/** It outlives the ring's memory. */
function copied(piece: Piece): Piece {
  const { lastNs, next, bytes } = piece;
  return { ...piece, lastNs: [...lastNs], next: [...next], bytes: bytes.slice() };
}
