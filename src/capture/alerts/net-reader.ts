import { readFileSync } from 'node:fs';
import { monotonicNs } from '../../machine/clock.ts';
import { Pace } from '../../machine/pace.ts';
import type { NetFigures } from '../../model/alerts/look.ts';
import type { NetReading } from '../../views/alerts/alert-feed.ts';
import { netFigures } from '../records/net-figures.ts';

/** Network namespaces, nettop's own among them. */
export interface Places {
  list(): Iterable<number>;
  /** null: it could not be entered. */
  within<T>(netns: number, act: () => T): T | null;
}

/** What is read at once, and at most a fiftieth of the time: a namespace takes some 0.2 ms. */
const MOST_NS = 10e6;
const PAUSE = 50;

/** The figures of all network namespaces, read in turn. */
export class NetReader {
  readonly readings = new Map<number, NetReading>();
  private readonly pace = new Pace(PAUSE);
  private turn: number[] = [];

  constructor(private readonly places: Places) {}

  /** Reads those whose turn it is. */
  tick(nowNs: number): void {
    if (this.pace.isDue(nowNs)) this.pace.run(nowNs, () => this.readSome());
  }

  private readSome(): void {
    if (this.turn.length === 0) this.begin();
    const endNs = monotonicNs() + MOST_NS;
    for (let netns = this.turn.pop(); netns !== undefined; netns = this.turn.pop()) {
      const now = this.places.within(netns, () => netFigures(readIfThere));
      if (now) this.take(netns, now, monotonicNs());
      if (monotonicNs() > endNs) return;
    }
  }

  private begin(): void {
    this.turn = [...this.places.list()];
    const there = new Set(this.turn);
    for (const netns of this.readings.keys()) if (!there.has(netns)) this.readings.delete(netns);
  }

  private take(netns: number, now: NetFigures, atNs: number): void {
    const known = this.readings.get(netns);
    this.readings.set(netns, { now, atNs, before: known?.now ?? null, beforeNs: known?.atNs ?? atNs });
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
