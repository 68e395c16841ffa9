import { PIECE_DIRECTION } from '../../abi/request.ts';
import type { RequestGap, RequestProtocol } from '../../panes/requests/row.ts';
import type { Piece, Side } from '../records/piece.ts';
import { Exchange, type Talker } from './exchange.ts';
import { setConnected } from './stages.ts';

/** Requests that one connection may have without an answer. */
const MOST_PENDING = 1000;

export interface Listener {
  /** A request was seen. */
  began(exchange: Exchange): void;
  /** All that can be known of it is there. */
  done(exchange: Exchange): void;
  /** How the client calls its server is known; of DNS: that a name has these addresses. */
  named?(exchange: Exchange, addresses?: readonly string[]): void;
  /** An answer of DNS has no query: whether that is one that found no room, which then is told by its answer. */
  claimQuery?(): boolean;
  /** An exchange that nobody has any more, to be used again. */
  spare?(): Exchange | undefined;
  /** Whether anything of DNS may have found no room since then: monotonic, ns. */
  hasLostSince?(ns: number): boolean;
}

/** Which answer belongs to which request of one connection: they come in one order (RFC 9112, 9.3.2). */
export class HttpPairing {
  private readonly pending: Exchange[] = [];
  /** Since pieces were lost, no request was seen: an answer may be to one of those that are told as lost. */
  private isUnsure = false;
  /** Requests that are told, and others, wait for answers at once: why it is not known which answer is to which. */
  private mixed: RequestGap | null = null;
  /** Requests follow others without waiting: then a new one does not say that all before it were answered. */
  private isPiped = false;
  private hasAsked = false;
  /** Behind it others wait that were not seen. */
  private lastSure: Exchange | null = null;
  /** The piece that begins the connection. */
  private first: { start: number; connectingNs: number; connectedNs: number } | null = null;

  constructor(
    private readonly protocol: RequestProtocol,
    private readonly talker: Talker,
    private readonly listener: Listener,
    /** Whether this end asks; null: not known yet. */
    private isClient: boolean | null = null,
  ) {}

  /** The request whose answer comes next. */
  get waiting(): Exchange | undefined {
    return this.pending[0];
  }

  /** Whether more than so many requests wait for answers, as far as they were seen. */
  mayWait(count: number): boolean {
    return this.pending.length > (this.lastSure === null ? count : 0);
  }

  /** A connection begins with a piece. */
  connected({ sequence: start, connectingNs, connectedNs }: Piece): void {
    this.first = { start, connectingNs, connectedNs };
  }

  /** A request, said by that side, which begins at a sequence number. */
  request(side: Side, atNs: number, start: number | null): Exchange {
    this.isClient ??= side === PIECE_DIRECTION.sent;
    const exchange = this.begin(this.isClient, atNs, start);
    this.hasAsked = true;
    if (this.first?.start === start) setConnected(exchange, this.first);
    this.first = null;
    if (this.pending.length >= MOST_PENDING) {
      const [oldest] = this.pending.splice(0, 1);
      if (oldest) this.finish(oldest, oldest.gap ?? 'no answer');
    }
    this.pending.push(exchange);
    this.listener.began(exchange);
    return exchange;
  }

  /** A request came that had not waited for an answer. */
  pipe(): void {
    this.isPiped = true;
  }

  /** Behind the newest one there may be others that were not seen, whose answers follow its own. */
  hide(): void {
    this.lastSure ??= this.pending.at(-1) ?? null;
    this.isPiped = true;
    if (this.lastSure === null) this.mix();
  }

  private mix(): void {
    this.isUnsure = true;
    this.mixed ??= 'head cut';
  }

  /** The request that an answer of that side belongs to; null: it is not known which. */
  answer(side: Side, atNs: number, start: number): Exchange | null {
    this.isClient ??= side === PIECE_DIRECTION.received;
    if (this.mixed !== null) this.end(atNs, this.mixed);
    const asked = this.pending.shift();
    const exchange = asked ?? (this.isUnsure ? null : this.unasked(atNs, start));
    if (exchange) {
      this.isUnsure = false;
      exchange.responseStart = start;
      exchange.firstNs ??= atNs;
    }
    // others were asked for unseen
    if (exchange && (asked ? asked === this.lastSure : this.hasAsked)) this.mix();
    return exchange;
  }

  /** Its host is known, and is that of the server at the other end. */
  named(exchange: Exchange): void {
    this.listener.named?.(exchange);
  }

  /** That side said something. */
  spoke(side: Side, atNs: number): void {
    const [first] = this.pending;
    if (first && this.isFromServer(side)) first.firstNs ??= atNs;
  }

  /** Requests are no more told from each other: those that wait are lost. */
  lose(atNs: number): void {
    this.isUnsure = true;
    this.mixed = this.isPiped ? 'pieces lost' : null;
    this.end(atNs, 'pieces lost');
  }

  /** Answers were not seen, and it is not known to which of those that wait. */
  missed(atNs: number): void {
    if (this.pending.length === 0) return;
    this.end(atNs, 'head cut');
    this.isUnsure = true; // one of them may come yet
    if (this.isPiped) this.mix();
  }

  /** Requests were not told; what is told next `follows` them without waiting, or does not. */
  skipped(atNs: number, follows: boolean): void {
    if (this.pending.length === 0 && !follows) return;
    this.lose(atNs);
    this.mixed = 'pieces lost';
  }

  /** The same of requests of which it is not known whether others waited for them. */
  untold(atNs: number, follows: boolean): void {
    if (follows || this.isPiped) this.skipped(atNs, true);
    else if (this.pending.length > 0) this.lose(atNs);
  }

  /** What waits will have no answer. */
  end(atNs: number, gap: RequestGap): void {
    this.lastSure = null;
    for (const exchange of this.pending.splice(0)) {
      exchange.lastNs = atNs;
      this.finish(exchange, exchange.gap ?? gap);
    }
  }

  finish(exchange: Exchange, gap: RequestGap | null): void {
    if (exchange.isDone) return;
    exchange.gap = gap;
    exchange.isDone = true;
    this.listener.done(exchange);
  }

  isFromServer(side: Side): boolean {
    return this.isClient !== null && (side === PIECE_DIRECTION.received) === this.isClient;
  }

  /** Whether it is known that this side asks. */
  isAsking(side: Side): boolean {
    return this.isClient !== null && !this.isFromServer(side);
  }

  /** An answer to what was asked before nettop looked. */
  private unasked(atNs: number, start: number): Exchange {
    const exchange = this.begin(this.isClient ?? true, atNs, start);
    exchange.gap = 'joined in the middle';
    this.listener.began(exchange);
    return exchange;
  }

  private begin(isClient: boolean, atNs: number, start: number | null): Exchange {
    const { protocol, talker, listener } = this;
    const spare = listener.spare?.();
    return spare
      ? spare.renew(protocol, talker, isClient, atNs, start)
      : new Exchange(protocol, talker, isClient, atNs, start);
  }
}
