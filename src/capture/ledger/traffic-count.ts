import type { WireCount } from '../../model/wire.ts';
import type { TrafficFlow } from '../records/traffic-record.ts';
import type { WireOwner } from '../records/wire-record.ts';
import { addFrames, NO_FRAMES, subtractFrames } from './wire-samples.ts';

/**
 * What is counted together: a flow at a device; earlier flows, which have all but the port of their client in common;
 * or, without a flow, what of a device found no room.
 */
export class Counted {
  count: WireCount = NO_FRAMES;
  owner: WireOwner | null = null;
  /** When it was first seen, and when it was last seen to grow. */
  readonly sinceNs: number;
  grewNs: number;
  /** Over the last tick, in bytes, and in packets. */
  movedRx = 0;
  movedTx = 0;
  movedRxPackets = 0;
  movedTxPackets = 0;
  /** Where it is counted now: it left the kernel. */
  into: Counted | null = null;
  /** What it had when totals were reset, and when they were before that. */
  private base: WireCount = NO_FRAMES;
  private baseBefore: WireCount = NO_FRAMES;

  constructor(
    readonly flow: TrafficFlow | null,
    readonly netns: number,
    readonly device: number,
    nowNs: number,
  ) {
    this.sinceNs = nowNs;
    this.grewNs = nowNs;
  }

  /** Since totals were reset. */
  get total(): WireCount {
    return this.base === NO_FRAMES ? this.count : subtractFrames(this.count, this.base);
  }

  /** What it has by now. */
  take({ rxPackets, rxBytes, txPackets, txBytes }: WireCount, nowNs: number): void {
    const { count } = this;
    this.movedRx = rxBytes - count.rxBytes;
    this.movedTx = txBytes - count.txBytes;
    this.movedRxPackets = rxPackets - count.rxPackets;
    this.movedTxPackets = txPackets - count.txPackets;
    if (this.movedRx === 0 && this.movedTx === 0) return;
    this.count = { rxPackets, rxBytes, txPackets, txBytes };
    this.grewNs = nowNs;
  }

  /** All that another one has, and what it had when totals were reset. */
  takeIn(other: Counted): void {
    this.count = addFrames(this.count, other.count);
    this.base = addFrames(this.base, other.base);
    this.baseBefore = addFrames(this.baseBefore, other.baseBefore);
    other.into = this;
  }

  reset(): void {
    this.baseBefore = this.base;
    this.base = this.count;
  }

  restore(): void {
    this.base = this.baseBefore;
  }
}
