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

/** Counts of drops from tick to tick: their rates and histories. Times are monotonic, ns. */
export class DropLedger {
  readonly drops = new Map<string, Drop>();
  sinceNs = 0;
  perSecond = 0;
  readonly clock = new RateClock();

  /** Counting begins anew. */
  restart(atNs: number): void {
    this.drops.clear();
    this.perSecond = 0;
    this.sinceNs = atNs;
    this.clock.restart(atNs);
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
