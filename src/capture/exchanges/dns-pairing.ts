import { evictOldest } from '../../model/oldest.ts';
import type { DnsExchange, RequestGap } from '../../panes/requests/row.ts';
import type { DnsMessage } from '../../protocols/dns.ts';
import { DnsKept } from './dns-kept.ts';
import { answerKeys, type DnsTurn, isAnnouncement, isToMany, queryKey } from './dns-keys.ts';
import { Exchange } from './exchange.ts';
import type { Listener } from './http-pairing.ts';

/** A query without an answer is one that failed, after so long: resolv.conf(5) waits 5 s by default. */
export const NO_ANSWER_NS = 5e9;
/** An answer may come late, or once more, until then. */
export const FORGOTTEN_NS = 60e9;
const ADDRESS_TYPES = ['A', 'AAAA'];
/** Of an answer, those that a row has. */
const MOST_ANSWERS = 8;
/** Queries of a socket that wait for their answers, and those that had theirs: some 0.5 kB each. */
const MOST_KEPT = 8192;

/** A message of one end. Times are monotonic, ns. */
export interface DnsSaid extends DnsTurn {
  message: DnsMessage;
  /** Of the message, in bytes, and what was captured of it. */
  length: number;
  captured: number;
  atNs: number;
  /** Its last byte; null: it did not come whole, or that is not known. */
  lastNs: number | null;
  /** Why it did not. */
  gap: RequestGap | null;
}

interface Asked {
  exchange: Exchange;
  /** It was told. One that is heard by many is when it is answered. */
  isTold: boolean;
}

/** Which answer belongs to which query of one socket: they come in any order, late, more than once, or not at all. */
export class DnsPairing {
  private readonly waiting = new DnsKept<Asked>();
  /** Answered, or given up. */
  private readonly past = new DnsKept<Exchange>();

  /** `missing`: why messages may be; null: none are. */
  constructor(
    private readonly listener: Listener,
    private readonly missing: () => RequestGap | null,
  ) {}

  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  take(said: DnsSaid): void {
    if (said.message.isAnswer) this.answer(said);
    else if (said.message.type !== null || said.message.questions === 0) this.query(said); // else it was cut before that
  }

  /** What waits too long has no answer. */
  sweep(nowNs: number): void {
    for (const [key, { exchange }] of this.waiting) {
      if (nowNs - exchange.beganNs < NO_ANSWER_NS) break; // the rest is younger
      this.giveUp(key, 'no answer', null);
    }
    for (const [key, { beganNs }] of this.past) {
      if (nowNs - beganNs < FORGOTTEN_NS) break;
      this.past.delete(key);
    }
  }

  /** Nothing more comes. */
  close(gap: RequestGap, atNs: number | null): void {
    for (const key of this.waiting.keys()) this.giveUp(key, gap, atNs);
  }

  private query(said: DnsSaid): void {
    const { message, talker, isSent, atNs, length } = said;
    const key = queryKey(said);
    if (this.waiting.has(key)) return; // asked again: it waits since the first time
    this.past.delete(key);
    const exchange = new Exchange('dns', talker, isSent, atNs, message.id);
    exchange.method = message.type;
    exchange.requestBytes = length;
    exchange.dns = unanswered(message);
    const isTold = !isToMany(said);
    this.waiting.set(key, { exchange, isTold });
    if (isTold) this.listener.began(exchange);
    for (const [oldest] of this.waiting) {
      if (this.waiting.size <= MOST_KEPT) break;
      this.giveUp(oldest, 'no answer', null);
    }
  }

  private answer(said: DnsSaid): void {
    const keys = answerKeys(said);
    const found = keys.flatMap((key) => this.waiting.find(key));
    for (const key of new Set(found)) this.answered(key, said);
    if (found.length > 0) return;
    const [again] = keys.flatMap((key) => this.past.find(key));
    const before = again === undefined ? undefined : this.past.get(again);
    if (before) this.again(before, said);
    else if (!isAnnouncement(said) && (said.message.type !== null || said.message.questions === 0))
      this.unasked(said);
  }

  private answered(key: string, said: DnsSaid): void {
    const asked = this.waiting.get(key);
    if (!asked) return;
    this.waiting.delete(key);
    if (!asked.isTold) this.listener.began(asked.exchange);
    this.fill(asked.exchange, said, null);
    this.keep(key, asked.exchange);
  }

  /** What was given up is answered yet, and is told again; a second answer is none. */
  private again(exchange: Exchange, said: DnsSaid): void {
    if (exchange.dns === null || exchange.dns.rcode !== null) return;
    this.fill(exchange, said, said.atNs - exchange.beganNs >= NO_ANSWER_NS ? 'late answer' : null);
  }

  /** The query was before nettop looked, or found no room. */
  private unasked(said: DnsSaid): void {
    const { message, talker, isSent, atNs } = said;
    const exchange = new Exchange('dns', talker, !isSent, atNs, message.id);
    this.listener.began(exchange);
    const isLost = this.listener.claimQuery?.() ?? false;
    this.fill(exchange, said, isLost ? 'pieces lost' : (this.missing() ?? 'joined in the middle'));
    exchange.firstNs = null;
    const [key] = answerKeys(said);
    if (message.questions > 0 && key !== undefined) this.keep(key, exchange);
  }

  private fill(exchange: Exchange, said: DnsSaid, gap: RequestGap | null): void {
    const { message, length, captured, atNs, lastNs } = said;
    exchange.dns = answeredBy(message, exchange.dns);
    exchange.method = exchange.dns.type || null;
    exchange.responseBytes = length;
    exchange.firstNs = atNs;
    const isCut =
      captured < length && exchange.dns.answers.length < Math.min(MOST_ANSWERS, message.answerCount);
    // what nobody asked for names nothing
    if (exchange.requestBytes !== null) this.listener.named?.(exchange, addressesOf(message));
    this.finish(exchange, said.gap ?? gap ?? (isCut ? 'head cut' : null), lastNs);
  }

  private giveUp(key: string, gap: RequestGap, atNs: number | null): void {
    const asked = this.waiting.get(key);
    this.waiting.delete(key);
    if (!asked?.isTold) return;
    const { exchange } = asked;
    const missing = this.missing() ?? (this.listener.hasLostSince?.(exchange.beganNs) ? 'pieces lost' : gap);
    this.finish(exchange, gap === 'no answer' ? missing : gap, atNs);
    this.keep(key, exchange);
  }

  private keep(key: string, exchange: Exchange): void {
    this.past.set(key, exchange);
    evictOldest(this.past, MOST_KEPT);
  }

  private finish(exchange: Exchange, gap: RequestGap | null, atNs: number | null): void {
    exchange.gap = gap;
    exchange.lastNs = atNs;
    exchange.isDone = true;
    this.listener.done(exchange);
  }
}

const addressesOf = ({ answers }: DnsMessage): string[] =>
  answers.flatMap(({ type, text }) => (ADDRESS_TYPES.includes(type) ? [text] : []));

const unanswered = ({ name, type }: DnsMessage): DnsExchange => ({
  name: name ?? '',
  type: type ?? '',
  rcode: null,
  answers: [],
  isTruncated: false,
});

/** The name is as it was asked for. */
function answeredBy(message: DnsMessage, asked: DnsExchange | null): DnsExchange {
  const { name, type } = asked ?? unanswered(message);
  return {
    name,
    type,
    rcode: message.rcode,
    answers: message.answers
      .slice(0, MOST_ANSWERS)
      .map((record) => (record.type === type ? record.text : `${record.type} ${record.text}`)),
    isTruncated: message.isTruncated,
  };
}
