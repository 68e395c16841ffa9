import type { DropPlace } from './drop-place.ts';

/** struct retransmit_faults: whose fault a connection's retransmits were. */
export interface FaultSample {
  /** Segments. */
  local: number;
  path: number;
  /** What this kernel dropped of it while it was known to be its own. */
  dropped: number;
  /** null: nothing was dropped. */
  newest: DropPlace | null;
}
