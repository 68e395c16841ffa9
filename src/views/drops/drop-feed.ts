import type { NamespaceCounters } from '../../capture/ledger/counter-losses.ts';
import type { VisitDrop } from '../../capture/ledger/drop-ledger.ts';
import type { DropCount } from '../../capture/records/drop-record.ts';
import type { KernelFilter } from '../../filter/compile.ts';

/** What counts drops in the kernel. */
export interface DropCounts {
  /** They were counted before: no filter of now chose them. */
  readonly isRecorded?: true;
  /** Begins all counts anew, with this filter. */
  restart(filter: KernelFilter): void;
  start(): void;
  /** Whether each drop is counted with the rule of nftables that did it, where the kernel can be seen at that. */
  tellRules(isWanted: boolean): void;
  pause(): void;
  /** Visits what was counted since the last restart. */
  sweep(visit: VisitDrop): void;
  /** Addresses on the way to a drop, innermost first; none where no room was found for them. */
  stack(drop: DropCount): bigint[];
  /** Drops since the last restart that are in no count. */
  lost(): number;
  stop(): void;
}

/** The same, with what network namespaces count by themselves. */
export interface DropFeed {
  readonly counter: DropCounts;
  readonly namespaces: NamespaceCounters;
}
