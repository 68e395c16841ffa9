import type { WireSample } from '../../capture/records/wire-record.ts';

/** What counts frames on the wire in the kernel. */
export interface WireFeed {
  start(): void;
  pause(): void;
  /** Begins all counts anew. */
  restart(): void;
  /** Visits all that was counted since the last restart. */
  sweep(nowNs: number, visit: (sample: WireSample) => void): void;
  /** Frames since then that are in no sample. */
  lost(): { packets: number; bytes: number };
  stop(): void;
}
