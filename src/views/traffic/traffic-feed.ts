import type { TrafficSample } from '../../capture/records/traffic-record.ts';
import type { WireOwner } from '../../capture/records/wire-record.ts';
import type { WireCount } from '../../model/wire.ts';

/** What counts frames by flow in the kernel, while somebody looks. */
export interface TrafficFeed {
  /** Flows that find room. */
  readonly capacity: number;
  /** Of which network namespace devices are counted from now on; 0: of all. */
  watch(netns: number): void;
  start(): void;
  pause(): void;
  /** Visits every flow in the kernel; `id` is its name there, and `sample` is valid until the visit returns. */
  sweep(visit: (id: string, sample: TrafficSample) => void): void;
  /** Visits what found no room, summed up by device; netns and interface 0: of devices that found none either. */
  others(visit: (netns: number, index: number, count: WireCount) => void): void;
  /** Takes a flow out of the kernel, with its last count; null: it is gone. */
  take(id: string): WireCount | null;
  /** Of a flow that had none when it was counted; null: not learned. */
  owner(id: string): WireOwner | null;
  /** Times that the kernel skipped a program, as it ran on that CPU already: packets that are in no count. */
  skipped(): number;
  stop(): void;
}
