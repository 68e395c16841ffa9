import { PIECE_DIRECTION } from '../../abi/request.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import { u32 } from '../../protocols/bytes.ts';
import { initialsOf } from '../../protocols/quic.ts';
import { QuicHandshake } from '../../protocols/quic-hello.ts';
import type { Piece } from '../records/piece.ts';
import { NO_ANSWER_NS } from './dns-pairing.ts';
import { Exchange } from './exchange.ts';
import { agreed } from './handshake.ts';
import type { Listener } from './http-pairing.ts';
import type { Talk } from './talk.ts';
import { talkerOf } from './talker.ts';

/** Connections of a socket that are remembered while they open. */
const MOST_OPENING = 1000;
const OTHER_VERSIONS = 'version negotiation';

interface Opening {
  handshake: QuicHandshake;
  exchange: Exchange;
}

/**
 * Connections of QUIC of one socket, by their far ends: what is said in Initials. An opening is kept for as long as an
 * answer is waited for, so that what is sent again begins no other one.
 */
export class QuicTalk implements Talk {
  readonly isClosed = false;
  private readonly openings = new Map<string, Opening>();

  constructor(private readonly listener: Listener) {}

  get isWaiting(): boolean {
    return this.openings.size > 0;
  }

  /** A socket may talk to several ends: each piece has its own. */
  piece(piece: Piece): void {
    const { bytes, side, atNs } = piece;
    const isSent = side === PIECE_DIRECTION.sent;
    const talker = talkerOf(piece);
    const key = `${talker.remotePort} ${talker.remote.join()}`;
    const opening = this.openings.get(key);
    if (opening && !this.isAnother(opening, bytes, isSent)) {
      this.add(opening, bytes, isSent, atNs);
      return;
    }
    const handshake = new QuicHandshake();
    handshake.datagram('client', bytes);
    if (handshake.id === null) return; // a server's, or one that began before nettop looked
    if (opening) this.end(opening, 'no answer');
    this.openings.delete(key); // the newest stands last
    const begun = { handshake, exchange: new Exchange('quic', talker, isSent, atNs, startOf(handshake.id)) };
    this.openings.set(key, begun);
    const oldest = evictOldest(this.openings, MOST_OPENING);
    if (oldest) this.end(oldest[1], 'no answer');
    this.listener.began(begun.exchange);
    this.note(begun);
  }

  sweep(nowNs: number): void {
    for (const [key, opening] of this.openings) {
      if (nowNs - opening.exchange.beganNs < NO_ANSWER_NS) break; // the rest is younger
      this.openings.delete(key);
      this.end(opening, 'no answer');
    }
  }

  close(_: number, gap: RequestGap): void {
    for (const opening of this.openings.values()) this.end(opening, gap);
    this.openings.clear();
  }

  /** A client's first Initial to the same end: it has another id, which it may change after an answer alone. */
  private isAnother({ handshake, exchange }: Opening, bytes: Uint8Array, isSent: boolean): boolean {
    if (isSent !== exchange.isClient || (exchange.firstNs !== null && !exchange.isDone)) return false;
    const id = initialsOf(bytes)?.[0]?.destination;
    return id !== undefined && handshake.id !== null && Buffer.compare(id, handshake.id) !== 0;
  }

  private add(opening: Opening, bytes: Uint8Array, isSent: boolean, atNs: number): void {
    const { handshake, exchange } = opening;
    if (exchange.isDone) return;
    const isClients = isSent === exchange.isClient;
    const isKnown = handshake.datagram(isClients ? 'client' : 'server', bytes);
    if (!isClients) exchange.firstNs ??= atNs;
    this.note(opening, !isKnown && isNegotiation(bytes) ? OTHER_VERSIONS : null);
  }

  /** What is known by now; it is done with the server's hello, or when one side gives up. */
  private note({ handshake, exchange }: Opening, refusal: string | null = null): void {
    const [client, server] = [handshake.hello('client'), handshake.hello('server')];
    const alert = refusal ?? handshake.closed('server') ?? handshake.closed('client');
    exchange.tls = agreed(client, server, alert);
    if (client) this.listener.named?.(exchange);
    exchange.quic = handshake.version && { version: handshake.version };
    const isAnswered = server !== null && !server.isRetry && !server.partial && handshake.isDone('client');
    if (alert === null && !isAnswered) return;
    this.finish(exchange, client === null || client.partial ? 'head cut' : null);
  }

  private end({ exchange, handshake }: Opening, gap: RequestGap): void {
    if (exchange.isDone) return;
    this.finish(exchange, gap === 'no answer' && exchange.firstNs !== null ? this.cut(handshake) : gap);
  }

  /** It was answered, and not all of that can be read. */
  private cut(handshake: QuicHandshake): RequestGap {
    return handshake.hello('server') === null ? 'cut short' : 'head cut';
  }

  private finish(exchange: Exchange, gap: RequestGap | null): void {
    exchange.gap = gap;
    exchange.isDone = true;
    this.listener.done(exchange);
  }
}

/** Out of the id that a client chose at random, which its packets have at both ends. */
const startOf = (id: Uint8Array): number => u32(id, 0) | 0;

/** A list of versions in place of one: RFC 8999, 6. */
const isNegotiation = (bytes: Uint8Array): boolean => bytes.subarray(1, 5).every((byte) => byte === 0);
