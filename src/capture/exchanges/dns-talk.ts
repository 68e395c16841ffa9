import { PIECE_DIRECTION, PIECE_FLAG } from '../../abi/request.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import { parseDns } from '../../protocols/dns.ts';
import type { Piece, Side } from '../records/piece.ts';
import { DnsPairing } from './dns-pairing.ts';
import { DnsStream, type StreamMessage } from './dns-stream.ts';
import type { Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';
import type { ProgressOf, Talk } from './talk.ts';
import { TCP, talkerOf } from './talker.ts';

const DNS_PORT = 53;

/** Queries and answers of one socket: a datagram is a message, a connection has them one behind the other. */
export class DnsTalk implements Talk {
  readonly isClosed = false;
  private readonly pairing: DnsPairing;
  private readonly streams: readonly [DnsStream, DnsStream];
  private readonly servers: Side;

  constructor(
    private readonly talker: Talker,
    listener: Listener,
  ) {
    this.pairing = new DnsPairing(listener, () => this.streams[0].missing ?? this.streams[1].missing);
    this.servers = talker.remotePort === DNS_PORT ? PIECE_DIRECTION.received : PIECE_DIRECTION.sent;
    this.streams = [this.stream(PIECE_DIRECTION.sent), this.stream(PIECE_DIRECTION.received)];
  }

  get isWaiting(): boolean {
    return this.pairing.isWaiting;
  }

  /** What is no DNS is passed over. A UDP socket may ask several servers: each message has its own far end. */
  piece(piece: Piece): void {
    if (piece.protocol === TCP) this.segment(piece);
    else {
      const { bytes, length, side, atNs } = piece;
      this.say(talkerOf(piece), side, {
        bytes,
        length,
        atNs,
        lastNs: atNs,
        gap: null,
      });
    }
  }

  sweep(nowNs: number, progressOf: ProgressOf): void {
    if (this.talker.transport === 'tcp' && this.isWaiting) {
      const now = progressOf(this.talker.cookie);
      if (now) for (const stream of this.streams) stream.settle(now);
    }
    this.pairing.sweep(nowNs);
  }

  /** The socket is closed: nothing more comes. */
  close(atNs: number, gap: RequestGap): void {
    for (const stream of this.streams) stream.giveUp(gap === 'reset' ? 'reset' : 'cut short');
    this.pairing.close(gap, atNs);
  }

  private segment(piece: Piece): void {
    for (const stream of this.streams) stream.take(piece);
    if (piece.flags & PIECE_FLAG.reset) this.close(piece.atNs, 'reset');
    else if (this.streams[this.servers].hasEnded) this.close(piece.atNs, 'no answer');
  }

  private stream(side: Side): DnsStream {
    return new DnsStream(side, side === this.servers, (message) => this.say(this.talker, side, message));
  }

  private say(talker: Talker, side: Side, said: StreamMessage): void {
    const message = parseDns(said.bytes);
    if (!message) return;
    const isSent = side === PIECE_DIRECTION.sent;
    this.pairing.take({
      ...said,
      captured: said.bytes.length,
      message,
      talker,
      isSent,
    });
  }
}
