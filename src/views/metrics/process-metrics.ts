import type { Process } from '../../capture/ledger/process.ts';
import type { ProcessTable } from '../../capture/ledger/process-table.ts';
import { OTHER } from '../../model/metrics/metric.ts';
import { containerName } from '../processes/process-groups.ts';
import type { MetricBook } from './metric-book.ts';
import { type Moved, Spread } from './spread.ts';

/** Bytes by process, container and unit. */
export class ProcessMetrics {
  private readonly spreads: readonly Spread[];
  private readonly told: Moved = { rx: 0, tx: 0 };

  constructor(
    private readonly book: MetricBook,
    private readonly table: ProcessTable,
  ) {
    const spread = (label: 'process' | 'container' | 'unit', nameOf: (process: Process) => string | null) =>
      new Spread({
        received: book.of(`${label}Received`),
        transmitted: book.of(`${label}Transmitted`),
        roster: book.roster(label),
        nameOf,
      });
    this.spreads = [
      spread('process', ({ process }) => process),
      spread('container', (process) =>
        placeOf(process, ({ container }) => container && containerName(container)),
      ),
      spread('unit', (process) => placeOf(process, ({ unit }) => unit)),
    ];
  }

  tick(): void {
    const { processes, forgotten } = this.table;
    const whole: Moved = { rx: forgotten.rxBytes, tx: forgotten.txBytes };
    for (const { rxBytes, txBytes } of processes.values()) {
      whole.rx += rxBytes;
      whole.tx += txBytes;
    }
    for (const spread of this.spreads) spread.tick(processes.values(), whole);
    this.tell('received', 'rx', whole);
    this.tell('transmitted', 'tx', whole);
  }

  private tell(family: 'received' | 'transmitted', way: keyof Moved, whole: Moved): void {
    const more = Math.max(0, whole[way] - this.told[way]);
    this.told[way] += more;
    this.book.of(family).add([], more);
  }
}

/** What has no process, or ended before it was read about, is among the others. */
function placeOf(
  process: Process,
  of: (about: NonNullable<Process['about']>) => string | null,
): string | null {
  const { pid, about } = process;
  if (pid === 0) return OTHER;
  if (about === null) return null;
  return of(about) ?? (about.read ? '' : OTHER);
}
