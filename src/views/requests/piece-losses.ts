import type { PieceLoss } from './request-feed.ts';

/** What found no room in the ring, since the feed began. */
export class PieceLosses {
  /** Queries of DNS that their answers told. */
  private claimed = 0;
  private counted = 0;
  private lastNs = Number.NEGATIVE_INFINITY;

  constructor(private readonly read: () => PieceLoss) {}

  /** Whether a query was lost that an answer without one may be to; it is not counted as lost any more then. */
  claimQuery(): boolean {
    const isOne = this.read().queries > this.claimed;
    if (isOne) this.claimed++;
    return isOne;
  }

  /** A loss is noticed so soon after it. */
  tick(nowNs: number): void {
    const { messages } = this.read();
    if (messages > this.counted) this.lastNs = nowNs;
    this.counted = messages;
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
