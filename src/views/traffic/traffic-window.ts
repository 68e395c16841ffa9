import type { Counted } from '../../capture/ledger/traffic-count.ts';

/** What moved in a stretch of time. */
interface Stretch {
  fromNs: number;
  untilNs: number;
  counted: Counted[];
  rx: number[];
  tx: number[];
}

/** Shorter ticks share a stretch. */
const SHORTEST_NS = 1e9;
const LONGEST_NS = 40e9;
/** 24 bytes each. Beyond it the oldest stretch goes, and the long rate is over less time. */
const MOST = 1 << 19;

/** What moved lately, in the order of time. Times are monotonic, ns. */
export class TrafficWindow {
  private stretches: Stretch[] = [];
  private size = 0;
  private sinceNs: number;

  constructor(nowNs: number) {
    this.sinceNs = nowNs;
  }

  /** Counting begins anew. */
  restart(nowNs: number): void {
    this.stretches = [];
    this.size = 0;
    this.sinceNs = nowNs;
  }

  /** After a tick: what each has moved since the last one. */
  take(nowNs: number, all: Iterable<Counted>): void {
    const stretch = this.open(nowNs);
    for (const counted of all) {
      const { movedRx, movedTx } = counted;
      if (movedRx === 0 && movedTx === 0) continue;
      stretch.counted.push(counted);
      stretch.rx.push(movedRx);
      stretch.tx.push(movedTx);
      this.size++;
    }
    stretch.untilNs = nowNs;
    const isOld = ({ untilNs }: Stretch) => nowNs - untilNs >= LONGEST_NS || this.size > MOST;
    while (this.stretches.length > 1 && this.stretches[0] && isOld(this.stretches[0])) this.drop();
  }

  /**
   * Visits what moved in the last `seconds`. Returns what that is over, in seconds, as stretches go; 0: it was
   * not counted for so long.
   */
  visit(seconds: number, visit: (counted: Counted, rx: number, tx: number) => void): number {
    const last = this.stretches.at(-1);
    const nowNs = last?.untilNs ?? this.sinceNs;
    // ticks come a little early or late
    const fromNs = nowNs - seconds * 1e9 - SHORTEST_NS / 2;
    const wanted = this.stretches.filter((stretch) => stretch.fromNs >= fromNs || stretch === last);
    for (const { counted, rx, tx } of wanted)
      for (let i = 0; i < counted.length; i++) visit(counted[i] as Counted, rx[i] ?? 0, tx[i] ?? 0);
    const first = wanted[0]?.fromNs ?? nowNs;
    return nowNs - this.sinceNs < seconds * 1e9 - SHORTEST_NS / 2 ? 0 : (nowNs - first) / 1e9;
  }

  private open(nowNs: number): Stretch {
    const last = this.stretches.at(-1);
    if (last && last.untilNs - last.fromNs < SHORTEST_NS) return last;
    const stretch = { fromNs: last?.untilNs ?? this.sinceNs, untilNs: nowNs, counted: [], rx: [], tx: [] };
    this.stretches.push(stretch);
    return stretch;
  }

  private drop(): void {
    this.size -= this.stretches.shift()?.counted.length ?? 0;
  }
}
