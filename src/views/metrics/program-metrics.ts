import type { Machine } from '../../machine/machine.ts';
import type { MetricBook } from './metric-book.ts';

type Times = NonNullable<ReturnType<Machine['programTimes']>>;

/** What nettop's own programs take, where the kernel counts it. */
export class ProgramMetrics {
  private before = new Map<number, Times[number]>();

  constructor(
    private readonly book: MetricBook,
    private readonly machine: Pick<Machine, 'programTimes'>,
  ) {}

  tick(): void {
    const times = this.machine.programTimes();
    if (times === null) return;
    for (const { id, name, ns, runs } of times) {
      const was = this.before.get(id);
      this.book.of('programSeconds').add([name], (ns - (was?.ns ?? 0)) / 1e9);
      this.book.of('programRuns').add([name], runs - (was?.runs ?? 0));
    }
    this.before = new Map(times.map((time) => [time.id, time]));
  }
}
