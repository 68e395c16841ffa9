import { PIECE_DIRECTION } from '../../abi/request.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { RequestGap } from '../../panes/requests/row.ts';
import { type DnsMessage, parseDns } from '../../protocols/dns.ts';
import type { Piece } from '../records/piece.ts';
import { type Exchange, newExchange, type Talker } from './exchange.ts';
import type { Listener } from './http-pairing.ts';
import type { Talk } from './talk.ts';
import { TCP, talkerOf } from './talker.ts';

/** A query without an answer is one that failed, after so long: resolv.conf(5) waits 5 s by default. */
export const NO_ANSWER_NS = 5e9;
const ADDRESS_TYPES = ['A', 'AAAA'];
/** Of an answer, those that a row has. */
const MOST_ANSWERS = 8;
/** Queries of a socket that wait for their answers. */
const MOST_WAITING = 1000;

/** A message of one end, and the key that its query and its answer share. */
interface Said {
  key: string;
  talker: Talker;
  message: DnsMessage;
  length: number;
  isSent: boolean;
  atNs: number;
}

const addressesOf = ({ answers }: DnsMessage): string[] =>
  answers.flatMap(({ type, text }) => (ADDRESS_TYPES.includes(type) ? [text] : []));

/** Queries and answers of one socket. Answers come in any order: each has the number, name and type of its query. */
export class DnsTalk implements Talk {
  readonly isClosed = false;
  private readonly waiting = new Map<string, Exchange>();

  constructor(private readonly listener: Listener) {}

  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** What is no DNS is passed over. A socket may ask several servers: each message has its own far end. */
  piece(piece: Piece): void {
    const { side, atNs } = piece;
    const from = piece.protocol === TCP ? 2 : 0; // the message's length stands before it: RFC 1035, 4.2.2
    const message = parseDns(piece.bytes.subarray(from));
    if (!message) return;
    const talker = talkerOf(piece);
    const key = `${talker.remotePort} ${talker.remote.join()} ${message.id} ${message.name} ${message.type}`;
    const isSent = side === PIECE_DIRECTION.sent;
    const said: Said = { key, talker, message, length: piece.length - from, isSent, atNs };
    if (message.isAnswer) this.answer(said);
    else this.query(said);
  }

  /** What waits too long has no answer. */
  sweep(nowNs: number): void {
    for (const [key, exchange] of this.waiting) {
      if (nowNs - exchange.beganNs < NO_ANSWER_NS) break; // the rest is younger
      this.waiting.delete(key);
      this.finish(exchange, 'no answer', exchange.lastNs);
    }
  }

  /** The socket is closed: nothing more comes. */
  close(_: number, gap: RequestGap): void {
    for (const exchange of this.waiting.values()) this.finish(exchange, gap, exchange.lastNs);
    this.waiting.clear();
  }

  private query({ key, talker, message, length, isSent, atNs }: Said): void {
    if (this.waiting.has(key)) return; // asked again: it waits since the first time
    const exchange = newExchange('dns', talker, isSent, atNs, message.id);
    exchange.method = message.type;
    exchange.requestBytes = length;
    exchange.dns = { name: message.name ?? '', type: message.type ?? '', rcode: null, answers: [] };
    this.waiting.set(key, exchange);
    const oldest = evictOldest(this.waiting, MOST_WAITING);
    if (oldest) this.finish(oldest[1], 'no answer', null);
    this.listener.began(exchange);
  }

  private answer({ key, talker, message, length, isSent, atNs }: Said): void {
    const known = this.waiting.get(key);
    this.waiting.delete(key);
    const exchange = known ?? newExchange('dns', talker, !isSent, atNs, message.id);
    exchange.method = message.type;
    exchange.dns = {
      name: message.name ?? '',
      type: message.type ?? '',
      rcode: message.rcode,
      answers: message.answers
        .slice(0, MOST_ANSWERS)
        .map(({ type, text }) => (type === message.type ? text : `${type} ${text}`)),
    };
    exchange.responseBytes = length;
    exchange.firstNs = atNs;
    if (!known) {
      exchange.firstNs = null;
      this.listener.began(exchange);
    }
    // what nobody asked for names nothing
    else this.listener.named?.(exchange, addressesOf(message));
    this.finish(exchange, known ? null : 'joined in the middle', atNs);
  }

  private finish(exchange: Exchange, gap: Exchange['gap'], atNs: number | null): void {
    exchange.gap = gap;
    exchange.lastNs = atNs;
    exchange.isDone = true;
    this.listener.done(exchange);
  }
}
