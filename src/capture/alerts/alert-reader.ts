import type { Arrivals } from '../../model/alerts/look.ts';
import type { AlertFeed } from '../../views/alerts/alert-feed.ts';
import { NetReader, type Places } from './net-reader.ts';
import type { SourceCounter } from './source-counter.ts';

/** What counts drops, as far as it is asked here. */
interface Drops {
  refusals: { drain: AlertFeed['refusals']; lost: AlertFeed['lostRefusals'] };
  resets: { read: AlertFeed['resets'] };
}

/** What the running kernel tells for alerts. */
export class AlertReader implements AlertFeed {
  private readonly reader: NetReader;
  private counter: SourceCounter | null = null;
  private isRefused = false;

  /**
   * `drops`: what counts them, and tells of refused packets; null: they are not counted. `newCounter`: loads what counts
   * sources; null: the kernel refuses it.
   */
  constructor(
    places: Places,
    private readonly drops: () => Drops | null,
    private readonly newCounter: () => SourceCounter | null,
  ) {
    this.reader = new NetReader(places);
  }

  nets(nowNs: number): NetReader['readings'] {
    this.reader.tick(nowNs);
    return this.reader.readings;
  }

  ports(netns: number): ReturnType<AlertFeed['ports']> {
    return this.reader.ports(netns);
  }

  refusals(...asked: Parameters<AlertFeed['refusals']>): void {
    this.drops()?.refusals.drain(...asked);
  }

  lostRefusals(): number {
    return this.drops()?.refusals.lost() ?? 0;
  }

  resets(...asked: Parameters<AlertFeed['resets']>): void {
    this.drops()?.resets.read(...asked);
  }

  /** Loaded when it is first asked for. */
  arrivals(netns: number): Arrivals[] {
    if (!this.counter && !this.isRefused) {
      this.counter = this.newCounter();
      this.isRefused = this.counter === null;
    }
    this.counter?.start();
    return this.counter?.read(netns) ?? [];
  }

  ignoreArrivals(): void {
    this.counter?.pause();
  }

  stop(): void {
    this.reader.close();
    this.counter?.stop();
  }
}
