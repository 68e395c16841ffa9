import { DROP_PROTOCOLS } from '../../abi/drop.ts';
import type { Drop } from '../../capture/ledger/drop-ledger.ts';
import type { Machine } from '../../machine/machine.ts';
import type { MetricBook } from './metric-book.ts';

/** What was counted of drops since they are: by key, ever more. */
export interface CountedDrops {
  rows(): Iterable<Drop>;
  /** Those that are in no row. */
  lost(): number;
}

const UNKNOWN = 'unknown';

/** Dropped packets by the kernel's reason; of those that free no packet, by its counter. */
export class DropMetrics {
  /** Of each key what was counted by protocol. */
  private readonly told = new Map<string, readonly number[]>();

  constructor(
    private readonly book: MetricBook,
    private readonly machine: Pick<Machine, 'reason'>,
  ) {
    book.of('drops').add([UNKNOWN, 'other'], 0);
  }

  tick(drops: CountedDrops): void {
    for (const { id, reason, counted, loss } of drops.rows()) {
      if (loss?.isLoss === false) continue;
      const counts = counted.counts ?? [counted.count]; // counters are those of TCP
      const before = this.told.get(id) ?? [];
      this.told.set(id, counts);
      const name = loss ? loss.counter : (this.machine.reason(reason) ?? UNKNOWN);
      for (const [at, protocol] of DROP_PROTOCOLS.entries()) {
        const more = (counts[at] ?? 0) - (before[at] ?? 0);
        if (more > 0)
          this.book.of('drops').add([this.book.roster('reason').label(name, more), protocol], more);
      }
    }
  }
}
