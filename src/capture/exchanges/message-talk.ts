import { PIECE_DIRECTION } from '../../abi/request.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { Protocol, ProtocolAnswer, ProtocolRequest } from '../../protocols/protocol.ts';
import { otherSide, type Piece, type Side } from '../records/piece.ts';
import { after, type Direction } from './direction.ts';
import type { Exchange, Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';
import { OrderedTalk } from './ordered-talk.ts';
import type { Spoken } from './talk.ts';

/** Statements of one connection that are kept by the server under a name. */
const MOST_PREPARED = 1000;
/** A connection of which so many turns in a row make no sense speaks something else. */
const MOST_MISFITS = 3;

/** A protocol whose messages say how long they are, and whose answers come in order. */
export function messages(protocol: Protocol): Spoken {
  return {
    begins: ({ bytes }) => protocol.begins(bytes) !== null,
    follow: (talker, listener, { side, bytes }) => {
      const asker = protocol.begins(bytes) === 'server' ? otherSide(side) : side;
      return new MessageTalk(protocol, talker, listener, asker);
    },
  };
}

/** Requests and answers of such a protocol on one connection. */
class MessageTalk extends OrderedTalk {
  private readonly asked = new WeakMap<Exchange, ProtocolRequest>();
  private readonly prepared = new Map<string, string>();
  private misfits = 0;
  /** Several requests were under way at once: then a turn says nothing of where an answer ends. */
  private isPiped = false;
  /** No answer can be told from the next any more. */
  private isAdrift = false;

  constructor(
    private readonly protocol: Protocol,
    talker: Talker,
    listener: Listener,
    private readonly asker: Side,
  ) {
    super(protocol.name, talker, listener, asker === PIECE_DIRECTION.sent);
  }

  override piece(piece: Piece): void {
    super.piece(piece);
    if (piece.side !== this.asker) this.endByTail(piece);
  }

  protected override beginTurn(piece: Piece): void {
    const other = otherSide(piece.side);
    const { place } = this.directions[other];
    if (piece.side === this.asker && this.pairing.waiting !== undefined && place !== 'head')
      this.isPiped = true;
    this.run(other, piece);
    if (this.directions[other].place === 'head') this.message(other, this.directions[other], piece, true);
    super.beginTurn(piece);
  }

  protected head(side: Side, direction: Direction, piece: Piece): boolean {
    return this.message(side, direction, piece, direction.hasEnded);
  }

  /** `isOver`: nothing more comes of what is there. */
  private message(side: Side, direction: Direction, piece: Piece, isOver: boolean): boolean {
    const bytes = direction.ready();
    const isCut = after(direction.high, ((direction.next ?? 0) + bytes.length) | 0) > 0;
    if (bytes.length === 0) {
      if (isCut) this.lose(direction, piece);
      return false;
    }
    const isWhole = isCut || isOver;
    return side === this.asker
      ? this.request(direction, piece, bytes, isWhole)
      : this.answer(direction, piece, bytes, isWhole);
  }

  private request(direction: Direction, piece: Piece, bytes: Uint8Array, isWhole: boolean): boolean {
    const asked = this.protocol.request(bytes);
    if (asked === null || (asked.length === null && !isWhole))
      return this.wait(asked, direction, piece, isWhole);
    this.misfits = 0;
    if (!asked.isSilent) this.begin(asked, direction, piece);
    this.pass(direction, asked.length);
    return true;
  }

  private begin(asked: ProtocolRequest, { next }: Direction, piece: Piece): void {
    const exchange = this.pairing.request(this.asker, piece.atNs, next);
    if (this.pairing.waiting !== exchange) this.isPiped = true;
    exchange.method = asked.name;
    exchange.statement =
      asked.detail ?? (asked.executes === null ? null : (this.prepared.get(asked.executes) ?? null));
    this.current[this.asker] = exchange;
    if (asked.prepares !== null) this.prepare(asked.prepares, asked.detail);
    if (this.isAdrift) this.pairing.lose(piece.atNs);
    else this.asked.set(exchange, asked);
  }

  private answer(direction: Direction, piece: Piece, bytes: Uint8Array, isWhole: boolean): boolean {
    const first = this.pairing.waiting;
    const asked = first === undefined ? null : (this.asked.get(first) ?? null);
    const answer = this.protocol.answer(bytes, asked);
    if (answer === null || (answer.length === null && !isWhole))
      return this.wait(answer, direction, piece, isWhole);
    this.misfits = 0;
    if (!answer.isInterim && first !== undefined) {
      const exchange = this.pairing.answer(piece.side, piece.atNs, direction.next ?? 0);
      this.current[otherSide(this.asker)] = exchange;
      const isKnown = answer.length !== null || answer.status === 'error' || !this.protocol.end;
      if (isKnown) say(first, answer);
      if (answer.prepared !== null) this.prepare(answer.prepared, first.statement);
      if (answer.length === null && this.pairing.waiting !== undefined) this.drift(piece);
      if (asked?.isLast) this.isLeft = true;
    }
    this.pass(direction, answer.length);
    return !this.isLeft;
  }

  protected override endBody(side: Side, piece: Piece, end: number): void {
    const exchange = this.current[side];
    if (exchange && side !== this.asker && exchange.outcome === null) exchange.gap ??= 'head cut';
    super.endBody(side, piece, end);
  }

  private pass(direction: Direction, length: number | null): void {
    if (length === null) direction.place = 'untilTurn';
    else direction.beginBody(length);
  }

  /** More may come that makes sense of it; false. */
  private wait(read: object | null, direction: Direction, piece: Piece, isWhole: boolean): false {
    if (read !== null || !isWhole) return false;
    this.lose(direction, piece);
    if (++this.misfits >= MOST_MISFITS) this.close(piece.atNs, 'not followed');
    return false;
  }

  /** Messages are no more told from each other until the next turn. */
  private lose(direction: Direction, piece: Piece): void {
    direction.place = 'lost';
    if (this.isPiped) this.drift(piece);
  }

  private drift(piece: Piece): void {
    this.isAdrift = true;
    this.pairing.lose(piece.atNs);
  }

  private prepare(name: string, statement: string | null): void {
    if (statement === null) return;
    this.prepared.set(name, statement);
    evictOldest(this.prepared, MOST_PREPARED);
  }

  /** An answer whose middle was not captured may be known to end here. */
  private endByTail(piece: Piece): void {
    const { bytes, sequence, length } = piece;
    const direction = this.directions[piece.side];
    if (direction.place !== 'untilTurn' || bytes.length !== length) return;
    const end = this.protocol.end?.(bytes);
    const exchange = this.current[piece.side];
    if (!end || !exchange) return;
    if (end.answer !== null && exchange.outcome === null) say(exchange, end.answer);
    if (end.isOver) this.endBody(piece.side, piece, (sequence + length) | 0);
  }
}

function say(exchange: Exchange, { status, code }: ProtocolAnswer): void {
  exchange.outcome = status === 'ok' ? 'ok' : (code ?? 'error');
}
