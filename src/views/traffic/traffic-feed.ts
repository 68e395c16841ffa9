import type { WireSample } from '../../capture/records/traffic-record.ts';

/** What counts frames on the wire in the kernel. */
export interface TrafficFeed {
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
