import { FORGOTTEN_NS } from '../../capture/exchanges/dns-pairing.ts';
import type { PieceLoss } from './request-feed.ts';

/** What found no room in the ring, since the feed began. */
export class PieceLosses {
  /** Queries of DNS that their answers told. */
  private claimed = 0;
  /** Those that no answer comes to any more. */
  private forgotten = 0;
  private counted = { messages: 0, queries: 0 };
  private lastNs = Number.NEGATIVE_INFINITY;
  private lastQueryNs = Number.NEGATIVE_INFINITY;

  constructor(private readonly read: () => PieceLoss) {}

  /**
   * Whether a query was lost that an answer without one may be to; it is not counted as lost any more then. Which one is
   * not known: they are a sum, which ends where none was lost for as long as a query is remembered.
   */
  claimQuery(): boolean {
    const isOne = this.read().queries > this.claimed + this.forgotten;
    if (isOne) this.claimed++;
    return isOne;
  }

  /** A loss is noticed so soon after it. */
  tick(nowNs: number): void {
    const { messages, queries } = this.read();
    if (messages > this.counted.messages) this.lastNs = nowNs;
    if (queries > this.counted.queries) this.lastQueryNs = nowNs;
    else if (nowNs - this.lastQueryNs >= FORGOTTEN_NS) this.forgotten = queries - this.claimed;
    this.counted = { messages, queries };
  }

  /** Whether anything of DNS may have been lost since then: monotonic, ns. */
  hasLostSince(ns: number): boolean {
    return this.lastNs >= ns;
  }

  /** Each that is in no row, once. */
  now(): Omit<PieceLoss, 'queries' | 'messages'> {
    const { queries, messages: _, requests, ...others } = this.read();
    return { requests: requests + queries - this.claimed, ...others };
  }
}
