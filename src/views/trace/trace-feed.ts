import type { Layouts } from '../../abi/layout.ts';
import type { Chain } from '../../capture/records/chain.ts';
import type { PointCount } from '../../capture/records/point-count.ts';
import type { KernelFilter } from '../../filter/compile.ts';
import type { Hook, PointStatus } from '../../model/model.ts';

/** What the trace is told by the kernel's side, and what it tells it to do. */
export interface TraceFeed {
  /** Of struct packet_event. */
  readonly layouts: Layouts;
  /** Where the records lie that are drained. */
  readonly words: Uint32Array;
  /** The number of the filter in force, which records carry. */
  readonly generation: number;
  /** Functions that are not attached yet, of how many; null: all are. */
  readonly attaching: { done: number; total: number } | null;
  setFilter(filter: KernelFilter): void;
  attach(): void;
  /** Instead of the trace: counts what matches its filter. */
  attachCounters(): void;
  detach(): void;
  /** Visits the records that are waiting: offsets in bytes into `words`. */
  drain(visit: (offset: number) => void): number;
  /** By point, since nettop started. */
  counts(): PointCount[];
  /** Events that were not seen because the kernel skipped a program. */
  recursionMisses(): number;
  points(): PointStatus[];
  /** The function, and how it is watched, by the number in its events. */
  name(number: number): { function: string; hook: Hook };
  /** Of netfilter, by its address; null where it is not known. */
  chain(address: bigint): Chain | null;
  /** Addresses of a call stack, innermost first; none: it was not kept. */
  stack(number: number): bigint[];
  lostStacks(): number;
  /** Records have the first bytes of packets behind them; absent: they have not. */
  readonly captures?: boolean;
  /** It is a recording, which has no bytes: frames are made anew of records. */
  readonly isRecorded?: boolean;
  /** What no capture file can have: packets by their first events, and events. */
  lostFrames?(): { packets: number; events: number };
  stop(): void;
}
