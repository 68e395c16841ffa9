import { PIECE_DIRECTION, PIECE_FLAG } from '../../abi/request.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import { parseTls, TLS_RECORD, type TlsStart, tlsRecord } from '../../protocols/tls.ts';
import type { TlsHello } from '../../protocols/tls-hello.ts';
import type { Piece, Side } from '../records/piece.ts';
import { Direction } from './direction.ts';
import { Exchange, type Talker } from './exchange.ts';
import { agreed } from './handshake.ts';
import type { Listener } from './http-pairing.ts';
import { setConnected } from './stages.ts';
import type { Talk } from './talk.ts';

/**
 * An alert of TLS 1.3 with its type and its tag (RFC 8446, 5.2): the only record of a client's that is as short, as
 * the Finished it would send instead has 53 bytes and more.
 */
const ENCRYPTED_ALERT = 2 + 1 + 16;
const { changeCipher, applicationData } = TLS_RECORD;

/** Whether a hello begins with it: the kernel tells no other piece first, unless that was lost. */
export function beginsTls({ bytes }: Piece): boolean {
  return bytes[0] === TLS_RECORD.handshake && (bytes[5] === 1 || bytes[5] === 2);
}

/** One handshake of TLS, out of what is said in clear before it ends. */
export class TlsTalk implements Talk {
  isClosed = false;
  readonly isWaiting = false;
  private exchange: Exchange | null = null;
  /** Of each direction's present turn. */
  private readonly turns = [new Direction(), new Direction()] as const;
  private readonly hasChanged: [boolean, boolean] = [false, false];
  private client: TlsHello | null = null;
  private server: TlsHello | null = null;

  constructor(
    private readonly talker: Talker,
    private readonly listener: Listener,
  ) {}

  piece(piece: Piece): void {
    if (this.isClosed) return;
    const { side, flags, atNs } = piece;
    const turn = this.turns[side];
    const exchange = this.exchange ?? this.begin(piece);
    if (!(flags & PIECE_FLAG.listener) && this.isBehindGap(piece)) {
      this.finish('pieces lost', null);
      return;
    }
    if (turn.turn !== piece.turn) {
      turn.turn = piece.turn;
      turn.restart(piece.turn);
    }
    if (piece.length > 0) {
      turn.add(piece.sequence, piece.bytes, piece.length, atNs);
      if (this.isServer(side, exchange)) exchange.firstNs ??= atNs;
      this.read(side, exchange, turn.ready(), atNs);
      turn.keep();
    }
    if (flags & PIECE_FLAG.reset) this.close(atNs, 'reset');
    else if (flags & PIECE_FLAG.fin) this.close(atNs, 'no answer');
  }

  sweep(): void {}

  /** The connection is over, or nobody waits for it any more. */
  close(atNs: number, gap: RequestGap): void {
    if (!this.isClosed) this.finish(gap === 'no answer' && this.server ? 'cut short' : gap, atNs);
  }

  private begin(piece: Piece): Exchange {
    const { side, bytes, atNs, turn } = piece;
    const isAnswer = bytes[5] === 2;
    const isClient = (side === PIECE_DIRECTION.sent) !== isAnswer;
    const exchange = new Exchange('tls', this.talker, isClient, atNs, turn);
    if (isAnswer) exchange.gap = 'joined in the middle';
    this.exchange = exchange;
    setConnected(exchange, piece);
    exchange.tls = agreed(null, null, null);
    this.listener.began(exchange);
    return exchange;
  }

  /** A piece between found no room. Those of each side are numbered from 1 on. */
  private isBehindGap({ side, number }: Piece): boolean {
    const direction = this.turns[side];
    const expected = (direction.number + 1) & 0xffff;
    direction.number = number;
    return number !== expected;
  }

  private isServer(side: Side, { isClient }: Exchange): boolean {
    return (side === PIECE_DIRECTION.received) === isClient;
  }

  private read(side: Side, exchange: Exchange, bytes: Uint8Array, atNs: number): void {
    const start = parseTls(bytes);
    if (start === null) return;
    const { hello } = start;
    if (hello?.from === 'client') this.client = hello;
    if (hello?.from === 'server') this.server = hello;
    if (tlsRecord(bytes, changeCipher) !== null) this.hasChanged[side] = true;
    const data = this.isServer(side, exchange) || !this.isAnswered ? null : tlsRecord(bytes, applicationData);
    const failure = data === ENCRYPTED_ALERT ? 'encrypted' : failureOf(start);
    exchange.tls = agreed(this.client, this.server, failure);
    if (hello?.from === 'client') this.listener.named?.(exchange);
    if (failure !== null || data !== null || this.haveBothChanged) this.finish(null, atNs);
  }

  private get isAnswered(): boolean {
    return this.server !== null && !this.server.isRetry;
  }

  /** Where TLS 1.2's handshake ends; TLS 1.3 keeps the records for the sake of boxes between. */
  private get haveBothChanged(): boolean {
    return this.isAnswered && this.server?.version !== 'TLS 1.3' && !this.hasChanged.includes(false);
  }

  private finish(gap: RequestGap | null, atNs: number | null): void {
    this.isClosed = true;
    const { exchange } = this;
    if (!exchange) return;
    const isCut = this.client?.partial || this.server?.partial;
    exchange.gap ??= gap ?? (isCut ? 'head cut' : null);
    exchange.lastNs = atNs;
    exchange.isDone = true;
    this.listener.done(exchange);
  }
}

/** Warnings break nothing off. */
function failureOf({ alert }: TlsStart): string | null {
  if (alert === null || (!alert.isFatal && alert.name !== null && alert.name !== 'close_notify')) return null;
  return alert.name ?? 'encrypted';
}
