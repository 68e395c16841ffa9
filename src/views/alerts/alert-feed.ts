import type { NetFigures } from '../../model/alerts/look.ts';

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
}
