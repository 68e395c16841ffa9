import { monotonicNs } from '../../machine/clock.ts';
import { Pace } from '../../machine/pace.ts';
import type { NetCounters } from '../records/net-counters.ts';
import { readNetCounters } from './read-net-counters.ts';

/** Network namespaces, nettop's own among them. */
export interface Places {
  list(): Iterable<number>;
  /** null: it could not be entered. */
  within<T>(netns: number, act: () => T): T | null;
}

/** What is read in one tick, and at most a fiftieth of the time: a namespace takes some 0.2 ms. */
const MOST_NS = 10e6;
const PAUSE = 50;

/** The counters of all network namespaces, read in turn. */
export class Namespaces {
  /** As last read, and as they were first. */
  readonly now = new Map<number, NetCounters>();
  readonly before = new Map<number, NetCounters>();
  private readonly pace = new Pace(PAUSE);
  private turn: number[] = [];

  constructor(
    private readonly places: Places,
    private readonly read: () => NetCounters = readNetCounters,
    private readonly clock: () => number = monotonicNs,
  ) {}

  /** What is counted from now on. */
  restart(nowNs: number): void {
    this.now.clear();
    this.before.clear();
    this.turn = [];
    this.tick(nowNs, true);
  }

  /** `all`: however long it takes. */
  tick(nowNs: number, all = false): void {
    if (!all && !this.pace.isDue(nowNs)) return;
    this.pace.run(nowNs, () => this.readSome(all ? Number.POSITIVE_INFINITY : MOST_NS));
  }

  private readSome(mostNs: number): void {
    if (this.turn.length === 0 || mostNs === Number.POSITIVE_INFINITY) this.turn = [...this.places.list()];
    const endNs = this.clock() + mostNs;
    for (let netns = this.turn.pop(); netns !== undefined; netns = this.turn.pop()) {
      const counters = this.places.within(netns, this.read);
      if (counters) {
        this.now.set(netns, counters);
        if (!this.before.has(netns)) this.before.set(netns, counters);
      }
      if (this.clock() > endNs) return;
    }
  }
}
