import { PIECE_FLAG } from '../../abi/request.ts';
import type { RequestGap, RequestProtocol } from '../../panes/requests/row.ts';
import { type Moment, otherSide, type Piece, type Progress, SIDES, type Side } from '../records/piece.ts';
import { after, Direction } from './direction.ts';
import type { Exchange, Talker } from './exchange.ts';
import { HttpPairing, type Listener } from './http-pairing.ts';
import { endedNs } from './stages.ts';
import type { ProgressOf, Talk } from './talk.ts';
import { Untaken } from './untaken.ts';

/**
 * Requests and answers that come in one order on a connection, out of the first bytes of what each side says. What
 * follows a head is passed over by sequence numbers. What a hole hides is left unknown: nothing is put together by a
 * guess.
 */
export abstract class OrderedTalk implements Talk {
  isClosed = false;
  readonly isWaiting = false;
  protected readonly directions = [new Direction(), new Direction()] as const;
  /** Of each direction the exchange whose body it is in. */
  protected readonly current: [Exchange | null, Exchange | null] = [null, null];
  protected readonly pairing: HttpPairing;
  /** Another protocol is spoken now. */
  protected isLeft = false;

  private readonly untaken = new Untaken();

  constructor(
    protocol: RequestProtocol,
    private readonly talker: Talker,
    listener: Listener,
    isClient: boolean | null = null,
  ) {
    this.pairing = new HttpPairing(protocol, talker, listener, isClient);
  }

  /** Takes in a head, which begins where the direction stands; false: there is none yet. */
  protected abstract head(side: Side, direction: Direction, piece: Piece): boolean;

  piece(piece: Piece): void {
    if (this.isLeft || this.isClosed) return;
    const direction = this.directions[piece.side];
    const isListeners = (piece.flags & PIECE_FLAG.listener) !== 0;
    if (!isListeners) this.checkNumber(piece);
    if (piece.flags & PIECE_FLAG.after)
      this.pairing.skipped(piece.atNs, (piece.flags & PIECE_FLAG.head) !== 0);
    if (piece.connectingNs !== 0) this.pairing.connected(piece);
    this.note(piece, isListeners);
    if (direction.turn !== piece.turn || piece.flags & PIECE_FLAG.head) this.beginTurn(piece);
    if (piece.length > 0) direction.addPiece(piece);
    if (piece.length > 0) this.pairing.spoke(piece.side, piece.atNs);
    this.run(piece.side, piece);
    if (piece.flags & PIECE_FLAG.reset) this.close(piece.atNs, 'reset');
    else if (piece.flags & PIECE_FLAG.fin) direction.finish((piece.sequence + piece.length) | 0);
    this.settle(0, piece);
    this.settle(1, piece);
    this.untaken.settle(piece);
  }

  /** What is known of a direction is taken in, and the ring's memory no more needed. */
  private settle(side: Side, piece: Piece): void {
    const direction = this.directions[side];
    if (direction.place === 'body') this.run(side, piece);
    if (direction.hasEnded) this.ended(side, piece);
    direction.keep();
  }

  /** A body that has come whole says so with the next piece, or here. */
  sweep(_: number, progressOf: ProgressOf): void {
    for (const side of SIDES) {
      const { place, end, endsAt } = this.directions[side];
      const until = place === 'body' ? end : place === 'untilClose' ? endsAt : null;
      if (until === null || this.current[side] === null || this.isClosed) continue;
      const now = progressOf(this.talker.cookie);
      if (now !== null && hasCome(now, side, until)) this.endBody(side, now, until);
    }
  }

  close(atNs: number, gap: RequestGap): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const side of SIDES) this.giveUp(side, gap === 'reset' ? 'reset' : 'cut short');
    this.pairing.end(atNs, gap);
  }

  /** A message ended at a sequence number; the next one's head follows. */
  protected endBody(side: Side, piece: Moment, end: number): void {
    const direction = this.directions[side];
    const exchange = this.current[side];
    this.current[side] = null;
    const atNs = endedNs(piece, side, end);
    const { isText } = this.talker;
    direction.skipTo(end);
    if (!exchange) return;
    if (!this.pairing.isFromServer(side)) {
      exchange.requestBytes = exchange.start === null ? null : after(end, exchange.start);
      if (isText) return;
      exchange.requestEndedNs = atNs;
      this.untaken.add(side, exchange, end);
      return;
    }
    exchange.responseBytes = after(end, exchange.responseStart);
    exchange.lastNs = atNs ?? piece.lastNs[side];
    if (!isText) this.untaken.add(side, exchange, end);
    this.pairing.finish(exchange, exchange.gap);
  }

  /** The other side spoke since, or a head stands here: what came before it in this direction is over. */
  protected beginTurn(piece: Piece): void {
    const { side, turn } = piece;
    const direction = this.directions[side];
    direction.turn = turn;
    this.run(otherSide(side), piece);
    this.endOpenBody(otherSide(side), piece);
    while (direction.place === 'chunks' && this.chunk(side, direction, piece));
    const isEndAlone = piece.length === 0 && piece.sequence !== turn; // what it ends is behind it
    if (direction.place === 'lost' && !isEndAlone) {
      direction.restart(turn);
      direction.place = 'head';
      this.current[side] = null;
    }
    if (direction.place === 'untilTurn') this.endOpen(side, piece, turn, 1);
    const isHidden = direction.place === 'head' && after(turn, direction.next ?? turn) > 0;
    if (isHidden && direction.ready().length === 0) this.skipUntold(direction, piece);
  }

  /** Messages that were not told came before a turn. */
  protected skipUntold(direction: Direction, { turn }: Piece): void {
    direction.skipTo(turn);
  }

  /** The answer that a direction is in has no end. */
  protected giveUp(side: Side, gap: RequestGap): void {
    const exchange = this.current[side];
    if (exchange && this.pairing.isFromServer(side)) this.pairing.finish(exchange, exchange.gap ?? gap);
    this.current[side] = null;
  }

  /** The kernel says how far each direction has come, captured or not. */
  private note({ side, turn, sequence, next }: Piece, isListeners: boolean): void {
    const own = this.directions[side];
    own.begin(turn);
    own.raise(isListeners ? sequence : next[side]);
    if (isListeners) return;
    const other = this.directions[otherSide(side)];
    const at = next[otherSide(side)];
    other.begin(at);
    other.raise(at);
  }

  private checkNumber({ side, number, sequence, next, atNs }: Piece): void {
    const direction = this.directions[side];
    const expected = (direction.number + 1) & 0xffff;
    direction.number = number;
    if (number === expected) return;
    this.pairing.lose(atNs);
    this.untaken.clear();
    for (const each of SIDES) {
      this.giveUp(each, 'pieces lost');
      this.directions[each].restart(each === side ? sequence : next[each]);
      this.directions[each].place = 'lost';
    }
  }

  /** Of a body whose end cannot be seen: it ended where its direction stands, as the other side speaks anew. */
  protected endOpenBody(side: Side, piece: Piece): void {
    const { place, high } = this.directions[side];
    if (place === 'untilTurn') this.endOpen(side, piece, high, 0);
  }

  /** It ended there, before so many messages that are seen to begin. */
  protected endOpen(side: Side, piece: Piece, end: number, _before: number): void {
    this.endBody(side, piece, end);
  }

  /** Takes in what has come of a direction, as far as it is whole. */
  protected run(side: Side, piece: Piece): void {
    const direction = this.directions[side];
    while (!this.isLeft && !this.isClosed && direction.next !== null && this.step(side, direction, piece));
  }

  /** False: there is nothing more to take in. */
  private step(side: Side, direction: Direction, piece: Piece): boolean {
    switch (direction.place) {
      case 'body':
        if (after(direction.high, direction.end) < 0) return false;
        this.endBody(side, piece, direction.end);
        return true;
      case 'chunks':
        return this.chunk(side, direction, piece);
      case 'head':
        return this.head(side, direction, piece);
      default:
        return false;
    }
  }

  private chunk(side: Side, direction: Direction, piece: Piece): boolean {
    const passed = direction.passChunks();
    if (passed === 'lost') direction.place = 'untilTurn';
    if (passed === 'ended') this.endBody(side, piece, direction.next ?? 0);
    return passed === 'ended' || passed === 'passed';
  }

  /** All of a direction has come. */
  private ended(side: Side, piece: Piece): void {
    const direction = this.directions[side];
    if (direction.isOver) return;
    direction.isOver = true;
    this.run(side, piece);
    const exchange = this.current[side];
    const { place } = direction;
    const end = direction.endsAt ?? direction.high;
    if (place === 'untilTurn') this.endOpen(side, piece, end, 0);
    else if (exchange && this.pairing.isFromServer(side)) {
      if (place === 'body' || place === 'chunks') exchange.gap ??= 'cut short';
      this.endBody(side, piece, end);
    }
    if (this.pairing.isFromServer(side)) this.close(piece.atNs, 'no answer');
  }
}

/**
 * Whether all before a number has come. Where the last segments came while the process had the socket's lock, the kernel
 * did not know yet that nothing before them was missing: that it was read says so.
 */
function hasCome({ next, read, readNs }: Progress, side: Side, until: number): boolean {
  return after(next[side], until) >= 0 || (side === 1 && readNs !== 0 && after(read, until) >= 0);
}
