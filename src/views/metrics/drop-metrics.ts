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
  private readonly told = new Map<string, number>();

  constructor(
    private readonly book: MetricBook,
    private readonly machine: Pick<Machine, 'reason'>,
  ) {
    book.of('drops').add([UNKNOWN], 0);
  }

  tick(drops: CountedDrops): void {
    for (const { id, reason, counted, loss } of drops.rows()) {
      if (loss?.isLoss === false) continue;
      const more = counted.count - (this.told.get(id) ?? 0);
      if (more <= 0) continue;
      this.told.set(id, counted.count);
      const name = loss ? loss.counter : (this.machine.reason(reason) ?? UNKNOWN);
      this.book.of('drops').add([this.book.roster('reason').label(name, more)], more);
    }
  }
}
