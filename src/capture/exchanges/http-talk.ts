import { PIECE_FLAG } from '../../abi/request.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import { type Body, requestBody, responseBody } from '../../protocols/body.ts';
import { isAt } from '../../protocols/bytes.ts';
import type { HttpRequestHead, HttpResponseHead, HttpWishes } from '../../protocols/http1.ts';
import { type HttpHead, parseOften, recall } from '../../protocols/http1-often.ts';
import { pathOf } from '../../protocols/http1-target.ts';
import { copied, type Piece, type Side } from '../records/piece.ts';
import { after, type Direction } from './direction.ts';
import type { Exchange, Talker } from './exchange.ts';
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
  /** The server said that more is to come of the request. */
  private isContinued = false;
  /** The server said something in which an answer may have begun. */
  private hasHidden = false;
  /** A request that is not to send its body before the server says so. */
  private expecting: Exchange | null = null;
  /** The last request followed another one without waiting. */
  private follows = false;

  constructor(
    talker: Talker,
    listener: Listener,
    private readonly wishes: HttpWishes,
  ) {
    super('http', talker, listener);
  }

  override piece(piece: Piece): void {
    if (this.upgrade) this.hold(this.upgrade, piece);
    else {
      // it does not begin its turn: what did was not told
      const isBehind = (piece.flags & PIECE_FLAG.head) !== 0 && this.directions[piece.side].next === null;
      if (isBehind) this.pairing.skipped(piece.atNs, true);
      super.piece(piece);
    }
  }

  override close(atNs: number, gap: RequestGap): void {
    if (!this.isClosed) this.miss(atNs);
    super.close(atNs, gap);
  }

  /** What a client says behind an interim answer goes on with its request. */
  protected override beginTurn(piece: Piece): void {
    const { side, turn } = piece;
    const direction = this.directions[side];
    const isAsking = this.pairing.isAsking(side);
    if (isAsking && this.isContinued && direction.place === 'untilTurn') {
      this.isContinued = false;
      direction.turn = turn;
      return;
    }
    if (isAsking && this.isRefused(piece)) this.endBody(side, piece, turn);
    // an answer to the close that was taken for none
    if (direction.place === 'untilClose' && isAt(piece.bytes, 0, 'HTTP/1.')) direction.place = 'untilTurn';
    super.beginTurn(piece);
    if (isAsking || this.pairing.mayWait(1)) this.miss(piece.atNs);
  }

  /** Whether a request begins where the body of the last one was to be, which the server did not want: curl goes on so. */
  private isRefused(piece: Piece): boolean {
    const { side, turn } = piece;
    const asked = this.current[side];
    if (asked === null || asked !== this.expecting || asked.status === null) return false;
    return this.directions[side].next === turn && parseOften(piece.bytes, this.wishes)?.kind === 'request';
  }

  /** What the server said unseen may have been an answer to any that waits. */
  private miss(atNs: number): void {
    if (!this.hasHidden) return;
    this.hasHidden = false;
    this.pairing.missed(atNs);
  }

  /** Of requests some may wait for answers, which then are to them. */
  protected override skipUntold(direction: Direction, piece: Piece): void {
    super.skipUntold(direction, piece);
    if (this.pairing.isAsking(piece.side) && !(piece.flags & PIECE_FLAG.after))
      this.pairing.untold(piece.atNs, (piece.flags & PIECE_FLAG.head) !== 0);
  }

  protected override endOpenBody(side: Side, piece: Piece): void {
    if (this.directions[side].place === 'untilTurn' && !isInterim(piece.bytes))
      super.endOpenBody(side, piece);
  }

  /** Where more answers are waited for than are seen to begin, they may be in what is not seen: it may have ended before. */
  protected override endOpen(side: Side, piece: Piece, end: number, before: number): void {
    const isAnswer = this.pairing.isFromServer(side);
    const mayHide = isAnswer
      ? this.pairing.mayWait(before)
      : this.follows || (piece.flags & PIECE_FLAG.head) !== 0;
    if (!mayHide) {
      super.endOpen(side, piece, end, before);
      return;
    }
    this.giveUp(side, 'head cut');
    this.directions[side].skipTo(end);
    if (isAnswer) this.pairing.missed(piece.atNs);
    else this.pairing.hide();
  }

  /** The other end may go on without ever beginning the other protocol. */
  private hold({ pieces }: Upgrade, piece: Piece): void {
    if (pieces.length < MOST_WAITING) pieces.push(copied(piece));
    else this.upgrade = null;
  }

  protected head(side: Side, direction: Direction, piece: Piece): boolean {
    const next = direction.next ?? 0;
    const span = direction.spanOf(piece);
    const known = span && recall(span.memory, span.from, span.length, this.wishes);
    if (span && known) return this.take(side, direction, piece, known, span.length);
    const bytes = direction.ready();
    if (bytes.length === 0) {
      if (after(direction.high, next) > 0) this.hidden(side, direction, piece);
      return false;
    }
    const head = parseOften(bytes, this.wishes);
    if (head !== null) return this.take(side, direction, piece, head, bytes.length);
    if (after(direction.high, (next + bytes.length) | 0) > 0) this.hidden(side, direction, piece);
    else if (bytes.length >= LEAST_HEAD) this.loseHead(side, direction);
    return false;
  }

  /** A head out of so many bytes; false: its end is yet to come, and may be captured. */
  private take(side: Side, direction: Direction, piece: Piece, head: HttpHead, captured: number): boolean {
    const next = direction.next ?? 0;
    const isCut = after(direction.high, (next + captured) | 0) > 0;
    if (head.end === null && !isCut) return false;
    const beganNs = direction.beganNs ?? piece.atNs;
    direction.take(head.end ?? captured);
    if (head.kind === 'request') this.request(side, piece, head, next, beganNs);
    else this.response(side, piece, head, next);
    return true;
  }

  /** Bytes passed where a head was to be: that there was a request is known, and nothing else of it. */
  private hidden(side: Side, direction: Direction, piece: Piece): void {
    this.loseHead(side, direction);
    if (!this.pairing.isAsking(side)) return;
    this.pairing.request(side, piece.atNs, direction.next).gap = 'head cut';
    this.pairing.hide();
  }

  private loseHead(side: Side, direction: Direction): void {
    direction.place = 'lost';
    this.hasHidden ||= this.pairing.isFromServer(side);
  }

  private request(side: Side, piece: Piece, head: HttpRequestHead, start: number, beganNs: number): void {
    const exchange = this.pairing.request(side, beganNs, start);
    exchange.method = head.method;
    exchange.path = pathOf(head.target);
    exchange.host = head.target.host ?? head.fields.host;
    if (head.target.form === 'origin') this.pairing.named(exchange); // others go through a proxy
    if (head.end === null) exchange.gap = 'head cut';
    this.current[side] = exchange;
    this.expecting = head.fields.expectsContinue ? exchange : null;
    this.follows = start !== this.directions[side].turn;
    if (this.follows || piece.flags & PIECE_FLAG.head) this.pairing.pipe();
    this.body(side, piece, requestBody(head), head.end === null);
  }

  private response(side: Side, piece: Piece, head: HttpResponseHead, start: number): void {
    const { status } = head;
    if (status < 200 && status !== 101) {
      this.isContinued = true;
      this.expecting = null;
      return; // another one follows: RFC 9110, 15.2
    }
    this.isContinued = false;
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
    this.body(side, piece, body, head.end === null);
  }

  /** Of a piece with the end of a head what is behind that. */
  private rest(side: Side, piece: Piece): Piece[] {
    const direction = this.directions[side];
    const sequence = direction.next ?? 0;
    const length = after((piece.sequence + piece.length) | 0, sequence);
    return length > 0 ? [copied({ ...piece, sequence, length, bytes: direction.ready() })] : [];
  }

  /** What follows a head. */
  private body(side: Side, piece: Piece, body: Body, isCut: boolean): void {
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
        if (isCut) this.giveUp(side, 'head cut');
        else this.endBody(side, piece, direction.next ?? 0);
        return;
      case 'unknown':
        direction.place = 'untilTurn';
    }
  }
}

/** Whether an answer begins there that another one follows. */
function isInterim(bytes: Uint8Array): boolean {
  return isAt(bytes, 0, 'HTTP/1.') && bytes[9] === 0x31 && !isAt(bytes, 9, '101');
}
