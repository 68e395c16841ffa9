import type { Refusal } from '../../capture/records/refusal.ts';
import type { Arrivals, NetFigures } from '../../model/alerts/look.ts';

/** What was read of a network namespace, and what was read of it before. Times are monotonic, ns. */
export interface NetReading {
  now: NetFigures;
  atNs: number;
  /** null: it was read once. */
  before: NetFigures | null;
  beforeNs: number;
}

/** What the kernel tells for alerts beside what is counted anyway. */
export interface AlertFeed {
  /** The figures of network namespaces, by their inodes, as they were read when it was their turn. */
  nets(nowNs: number): ReadonlyMap<number, NetReading>;
  /** Ports that connect() chooses from in a network namespace; null: not to be read. */
  ports(netns: number): { first: number; last: number } | null;
  /** Packets that asked for something of this host and were dropped, while drops are counted; at most `limit` of them. */
  refusals(visit: (refusal: Refusal) => void, limit: number): void;
  /** Those that found no room, ever. */
  lostRefusals(): number;
  /**
   * Visits how many RST segments to this host were dropped, ever, by network namespace and the number of the reason, 0:
   * the kernel does not say. `visit` returns whether the namespace is there; what is not is forgotten.
   */
  resets(visit: (netns: number, reason: number, count: number) => boolean): void;
  /** What came to a network namespace by source, since it is asked for; none where the kernel refuses to count it. */
  arrivals(netns: number): Arrivals[];
  /** They are not counted any more. */
  ignoreArrivals(): void;
  /** Leaves the kernel. */
  stop(): void;
}
