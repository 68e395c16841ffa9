import { RateClock } from '../../machine/rate-clock.ts';
import type { DropCount, DropKey, LastDrop } from '../records/drop-record.ts';
import type { CounterLoss } from './counter-losses.ts';

/** Ticks that a history remembers. */
const HISTORY = 60;

/** What is known of the drops of one key. */
export interface Drop extends DropKey {
  id: string;
  counted: DropCount;
  /** 0 until rates are known. */
  perSecond: number;
  history: number[];
  last: LastDrop | null;
  /** null: packets that were freed as dropped. */
  loss: CounterLoss | null;
}

/** Takes what was counted by a key since the restart. */
export type VisitDrop = (
  id: string,
  key: DropKey,
  drop: DropCount,
  last: LastDrop | null,
  loss?: CounterLoss | null,
) => void;

/** What was counted up to a reset of the totals, and since when. */
interface Baseline {
  counts: ReadonlyMap<string, DropCount>;
  sinceNs: number;
  lost: number;
}

const NOTHING: Baseline = { counts: new Map(), sinceNs: 0, lost: 0 };

/** Counts of drops from tick to tick: their rates and histories. Times are monotonic, ns. */
export class DropLedger {
  private readonly drops = new Map<string, Drop>();
  private base = NOTHING;
  private baseBefore = NOTHING;
  perSecond = 0;
  readonly clock = new RateClock();

  /** Counting begins anew. */
  restart(atNs: number): void {
    this.drops.clear();
    this.perSecond = 0;
    this.base = { ...NOTHING, sinceNs: atNs };
    this.baseBefore = this.base;
    this.clock.restart(atNs);
  }

  /** Totals from zero; `lost`: those that are in no row, since the restart. */
  resetTotals(atNs: number, lost: number): void {
    this.baseBefore = this.base;
    const counts = new Map([...this.drops.values()].map(({ id, counted }) => [id, counted]));
    this.base = { counts, sinceNs: atNs, lost };
  }

  /** Totals as before the last reset, with what came since. */
  restoreTotals(): void {
    this.base = this.baseBefore;
  }

  /** When the totals began. */
  get sinceNs(): number {
    return this.base.sinceNs;
  }

  /** Of those that are in no row since the restart, those since the totals began. */
  lost(lost: number): number {
    return lost - this.base.lost;
  }

  /** All keys of which there are drops since the totals began. */
  *rows(): Iterable<Drop> {
    for (const id of this.drops.keys()) {
      const drop = this.get(id);
      if (drop) yield drop;
    }
  }

  /** The drops of a key since the totals began; undefined: none. */
  get(id: string): Drop | undefined {
    const drop = this.drops.get(id);
    const before = this.base.counts.get(id);
    if (!drop || !before) return drop;
    const { count, bytes, stack, counts } = drop.counted;
    if (count === before.count) return undefined;
    const since = counts?.map((one, at) => one - (before.counts?.[at] ?? 0));
    const counted = { count: count - before.count, bytes: bytes - before.bytes, stack };
    return { ...drop, counted: { ...counted, ...(since && { counts: since }) } };
  }

  /** Takes what the kernel has counted: `sweep` visits every key that it knows. What has less than `enough` seconds has no rate. */
  tick(atNs: number, enough: number, sweep: (visit: VisitDrop) => void): void {
    const { clock } = this;
    clock.look(atNs, enough);
    this.perSecond = 0;
    sweep((id, key, counted, last, loss = null) => {
      const known = this.drops.get(id);
      const perSecond = clock.rate(counted.count - (known?.counted.count ?? 0), known?.perSecond ?? 0);
      if (loss?.isLoss !== false) this.perSecond += perSecond;
      const history = [...(known?.history ?? []), ...(clock.isKnown ? [perSecond] : [])].slice(-HISTORY);
      this.drops.set(id, {
        ...key,
        id,
        counted,
        perSecond,
        history,
        last: last ?? known?.last ?? null,
        loss,
      });
    });
  }
}
