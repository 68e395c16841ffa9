import type { ConnectionRow, ConnectionWatch, WatchEvent } from '../../model/model.ts';
import { evictOldest } from '../../model/oldest.ts';
import { judge, type Look, THRESHOLDS } from '../../model/verdict.ts';

const LOOKS_KEPT = 300;
const EVENTS_KEPT = 200;
const WATCHES_KEPT = 16;
/** A connection is looked at for so long after its inspector was closed, so that its graphs have no gap. */
const WATCHED_AFTER_NS = 300e9;

interface Watch {
  looks: Look[];
  events: WatchEvent[];
  askedNs: number;
}

/** The connections that are inspected, or were a short time ago, with their figures at each tick. */
export class ConnectionWatches {
  private readonly watches = new Map<string, Watch>();

  /** `rowOf`: what a connection is now; null when it is not known any more. */
  constructor(
    private readonly rowOf: (key: string, nowNs: number) => ConnectionRow | null,
    /** Wall clock at monotonic time 0. */
    private readonly epochUs: number,
  ) {}

  /** Call after the samples of a tick. */
  tick(nowNs: number): void {
    for (const [key, watch] of this.watches) {
      if (nowNs - watch.askedNs > WATCHED_AFTER_NS) this.watches.delete(key);
      else this.look(key, watch, nowNs);
    }
  }

  /** What was seen of a connection; from now on it is watched. */
  of(key: string, nowNs: number): ConnectionWatch {
    const watch = this.watches.get(key) ?? this.begin(key, nowNs);
    watch.askedNs = nowNs;
    return this.told(watch, nowNs);
  }

  private begin(key: string, nowNs: number): Watch {
    const watch: Watch = { looks: [], events: [], askedNs: nowNs };
    this.watches.set(key, watch);
    evictOldest(this.watches, WATCHES_KEPT);
    return watch;
  }

  private look(key: string, watch: Watch, nowNs: number): void {
    const row = this.rowOf(key, nowNs);
    const before = watch.looks.at(-1)?.row;
    if (row === null || before?.ending) return; // its figures stay as they were
    watch.looks.push({ atNs: nowNs, row });
    if (watch.looks.length > LOOKS_KEPT) watch.looks.shift();
    if (before === undefined) return;
    const timeUs = this.epochUs + nowNs / 1000;
    const segments = row.retransmits - before.retransmits;
    if (segments > 0) watch.events.push({ kind: 'retransmitted', timeUs, segments });
    if (row.state !== before.state) watch.events.push({ kind: 'state', timeUs, state: row.state });
    watch.events.splice(0, watch.events.length - EVENTS_KEPT);
  }

  private told({ looks, events }: Watch, nowNs: number): ConnectionWatch {
    const rows = looks.map(({ row }) => row);
    const first = looks[0]?.atNs ?? 0;
    const last = looks.at(-1)?.atNs ?? 0;
    return {
      timeUs: this.epochUs + nowNs / 1000,
      seconds: (last - first) / 1e9,
      rttUs: rows.map((row) => row.rttUs),
      congestionWindow: rows.map((row) => row.tcp?.congestionWindow ?? null),
      inFlightBytes: rows.map((row) => row.tcp?.inFlightBytes ?? null),
      rxRate: rows.map((row) => row.rxRate),
      txRate: rows.map((row) => row.txRate),
      retransmitted: rows.map((row, at) => row.retransmits - (rows[at - 1] ?? row).retransmits),
      events: [...events],
      verdict: judge(within(looks, last)),
    };
  }
}

/** The looks that the verdict is about. */
function within(looks: readonly Look[], lastNs: number): Look[] {
  const from = lastNs - THRESHOLDS.windowSeconds * 1e9;
  const inside = looks.findIndex(({ atNs }) => atNs >= from);
  // With long intervals there may be one look alone inside.
  return looks.slice(Math.max(0, Math.min(inside, looks.length - 2)));
}
