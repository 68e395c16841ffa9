import type { DropCount, DropKey, LastDrop } from './drop-record.ts';

/** Ticks that a history remembers. */
const HISTORY = 60;

/** What is known of the drops of one key. */
export interface Drop extends DropKey {
  id: string;
  counted: DropCount;
  perSecond: number;
  history: number[];
  last: LastDrop | null;
}

/** Counts of drops from tick to tick: their rates and histories. Times are monotonic, ns. */
export class DropLedger {
  readonly drops = new Map<string, Drop>();
  sinceNs = 0;
  perSecond = 0;
  private atNs = 0;

  /** Counting begins anew. */
  restart(atNs: number): void {
    this.drops.clear();
    this.perSecond = 0;
    this.sinceNs = atNs;
    this.atNs = atNs;
  }

  /** Takes what the kernel has counted: `sweep` visits every key that it knows. */
  tick(
    atNs: number,
    sweep: (visit: (id: string, key: DropKey, drop: DropCount, last: LastDrop | null) => void) => void,
  ): void {
    const seconds = Math.max(1e-6, (atNs - this.atNs) / 1e9);
    this.atNs = atNs;
    this.perSecond = 0;
    sweep((id, key, counted, last) => {
      const known = this.drops.get(id);
      const perSecond = (counted.count - (known?.counted.count ?? 0)) / seconds;
      this.perSecond += perSecond;
      const history = [...(known?.history ?? []), perSecond].slice(-HISTORY);
      this.drops.set(id, { ...key, id, counted, perSecond, history, last: last ?? known?.last ?? null });
    });
  }
}
