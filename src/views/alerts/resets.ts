import type { NetLook } from '../../model/alerts/look.ts';
import type { AlertFeed } from './alert-feed.ts';

const NO_CONNECTION = 'NO_SOCKET';

interface Count {
  packets: number;
  unwanted: number;
}

const NONE: Count = { packets: 0, unwanted: 0 };

/** RST segments that were dropped, by network namespace, from look to look. */
export class Resets {
  /** As each namespace was looked at last. */
  private readonly before = new Map<number, Count & { atNs: number }>();
  /** The kernel says why it drops. */
  private saysWhy = false;

  constructor(
    private readonly feed: Pick<AlertFeed, 'resets'>,
    private readonly reasonName: (reason: number) => string | null,
  ) {}

  /** `isThere`: whether there is such a network namespace. Returns what came to one since it was asked for before. */
  take(nowNs: number, isThere: (netns: number) => boolean): (netns: number) => NetLook['resets'] {
    const now = this.read(isThere);
    for (const netns of this.before.keys()) if (!isThere(netns)) this.before.delete(netns);
    return (netns) => {
      const before = this.before.get(netns);
      const count = now.get(netns) ?? NONE;
      this.before.set(netns, { ...count, atNs: nowNs });
      if (!before) return null;
      const packets = count.packets - before.packets;
      return {
        packets,
        unwanted: this.saysWhy || packets === 0 ? count.unwanted - before.unwanted : null,
        seconds: (nowNs - before.atNs) / 1e9,
      };
    };
  }

  private read(isThere: (netns: number) => boolean): Map<number, Count> {
    const found = new Map<number, Count>();
    this.feed.resets((netns, reason, count) => {
      if (!isThere(netns)) return false;
      const { packets, unwanted } = found.get(netns) ?? NONE;
      if (reason !== 0) this.saysWhy = true;
      const isUnwanted = this.reasonName(reason) === NO_CONNECTION;
      found.set(netns, { packets: packets + count, unwanted: unwanted + (isUnwanted ? count : 0) });
      return true;
    });
    return found;
  }
}
