import type { Exchange, Owner, Talker } from '../../capture/exchanges/exchange.ts';
import type { BookListener } from '../../capture/exchanges/request-book.ts';
import { takenNs } from '../../capture/exchanges/stages.ts';
import type { ProgressOf } from '../../capture/exchanges/talk.ts';
import type { RequestProtocol } from '../../panes/requests/row.ts';
import type { Items } from '../list/table.ts';
import { KeptRequests } from './kept-requests.ts';
import { Lookups } from './lookups.ts';

/** The ring of last records is read several times in so long. */
const CLOSING_NS = 300e6;
/** Rows that ended and wait to be read. */
const MOST_WAITING = 65_536;
/** A connection may be given to another process: it is asked again after so long. */
const OWNER_NS = 1e9;

/** Every request that was seen, in the order in which they began; the oldest make room. */
export class RequestList implements BookListener {
  /** How many were seen. */
  readonly counts: Record<RequestProtocol, number> = {
    http: 0,
    http2: 0,
    dns: 0,
    tls: 0,
    quic: 0,
    redis: 0,
    postgresql: 0,
    mysql: 0,
  };
  /** Of these, how many were seen at both ends. */
  joinedEnds = 0;
  /** Rows that ended and were not taken in time. */
  unread = 0;
  isStreamed = false;
  /** Told of each that ended, at each end. */
  ended: ((exchange: Exchange) => void) | null = null;
  private readonly kept: KeptRequests;
  private waiting: Exchange[] = [];
  /** When each of these was asked for first. */
  private askedNs: number[] = [];
  private isEnding = false;
  private taken = 0;

  private readonly lookups = new Lookups();

  constructor(
    private readonly ownerOf: (talker: Talker) => Owner | null,
    private readonly progressOf: ProgressOf,
    most?: number,
  ) {
    this.kept = new KeptRequests(most);
  }

  /** Rows that went before they were asked for. */
  get overtaken(): number {
    return this.kept.overtaken;
  }

  began(exchange: Exchange): void {
    this.kept.add(exchange, !this.isStreamed && this.ended === null);
    exchange.owner = this.owner(exchange.talker, exchange.beganNs, false);
    this.counts[exchange.protocol]++;
  }

  spare(): Exchange | undefined {
    return this.kept.spare();
  }

  /** Both ends are one request. */
  joined(exchange: Exchange): void {
    this.counts[exchange.protocol]--;
    this.joinedEnds++;
    const served = exchange.isClient ? exchange.peer : exchange;
    if (served) this.kept.hide(served);
  }

  /** Whose it is may be learned only with the answer: a server's socket is its listener's until it is read. */
  done(exchange: Exchange): void {
    exchange.owner = this.owner(exchange.talker, exchange.lastNs ?? exchange.beganNs, true);
    if (exchange.dns) this.lookups.learn(exchange);
    else this.lookups.tell(exchange);
    this.ended?.(exchange);
    if (!this.isStreamed) return;
    if (this.waiting.length - this.taken >= MOST_WAITING) this.unread++;
    else this.waiting.push(exchange);
  }

  /** What is under way is told as such: nothing is waited for any more. */
  endAll(): void {
    this.isEnding = true;
    if (this.isStreamed) this.waiting.push(...this.kept.all().filter(({ isDone }) => !isDone));
  }

  /** The next one that ended; undefined: there is none yet. */
  next(nowNs: number): Exchange | undefined {
    while (this.askedNs.length < this.waiting.length) this.askedNs.push(nowNs);
    const exchange = this.waiting[this.taken];
    if (exchange === undefined) {
      this.empty();
      return undefined;
    }
    if (!this.hasSettled(exchange, nowNs - (this.askedNs[this.taken] ?? nowNs))) return undefined;
    this.taken++;
    return exchange;
  }

  /** With its owners, and the end of its last stage, if they are learned by now. */
  own(exchange: Exchange): Exchange {
    const { peer } = exchange;
    this.learnOwner(exchange);
    this.settle(exchange);
    if (peer) {
      this.learnOwner(peer);
      this.settle(peer);
    }
    return exchange;
  }

  /** The namespace may be learned after the process: that of a socket that was not bound when it got its owner. */
  private learnOwner(exchange: Exchange): void {
    if (!isKnown(exchange.owner)) exchange.owner = this.ownerOf(exchange.talker) ?? exchange.owner;
  }

  /** No piece may come that says when an answer was taken: the kernel is asked. */
  private settle(exchange: Exchange): void {
    const { isUntaken, isClient, talker, responseStart, responseBytes } = exchange;
    if (!isUntaken || responseBytes === null) return;
    const now = this.progressOf(talker.cookie);
    const atNs = now && takenNs(now, !isClient, (responseStart + responseBytes) | 0);
    if (atNs === null) return;
    exchange.answerTakenNs = atNs;
    exchange.isUntaken = false;
  }

  /**
   * An answer may be taken yet; and the last record of a socket that closed just now, with its owner, be not read yet. It
   * is not waited for from the end on, but from when that was seen: on a busy machine that may be long after it, and what
   * the kernel wrote of the socket meanwhile is read after what was said.
   */
  private hasSettled(exchange: Exchange, waitedNs: number): boolean {
    const { owner, peer, isUntaken } = this.own(exchange);
    return (
      (isKnown(owner) && (!peer || isKnown(peer.owner)) && !isUntaken) ||
      this.isEnding ||
      waitedNs > CLOSING_NS
    );
  }

  abandon(): void {
    this.unread += this.waiting.length - this.taken;
    this.empty();
  }

  private empty(): void {
    this.waiting = [];
    this.askedNs = [];
    this.taken = 0;
  }

  find(number: number): Exchange | undefined {
    return this.kept.find(number);
  }

  /** As they began; one that was seen at both ends is there once, as its client saw it. */
  matching(wanted: (exchange: Exchange) => boolean): Exchange[] {
    return this.kept.matching(wanted);
  }

  /** All of these, the newest last, or first. */
  inOrder(descending: boolean): Items<Exchange> {
    return this.kept.inOrder(descending);
  }

  private owner(talker: Talker, atNs: number, isAnswered: boolean): Owner | null {
    if (atNs < talker.ownerUntilNs) return talker.owner;
    talker.owner = this.ownerOf(talker) ?? talker.owner;
    if (isAnswered && talker.owner) talker.ownerUntilNs = atNs + OWNER_NS;
    return talker.owner;
  }
}

const isKnown = (owner: Owner | null): boolean => owner !== null && owner.netns !== null;
