import type { AlertFeed } from '../../views/alerts/alert-feed.ts';
import { NetReader, type Places } from './net-reader.ts';

type Refusals = { drain: AlertFeed['refusals']; lost: AlertFeed['lostRefusals'] };

/** What the running kernel tells for alerts. */
export class AlertReader implements AlertFeed {
  private readonly reader: NetReader;

  /** `drops`: what counts them, and tells of refused packets; null: they are not counted. */
  constructor(
    places: Places,
    private readonly drops: () => { refusals: Refusals } | null,
  ) {
    this.reader = new NetReader(places);
  }

  nets(nowNs: number): NetReader['readings'] {
    this.reader.tick(nowNs);
    return this.reader.readings;
  }

  refusals(...asked: Parameters<AlertFeed['refusals']>): void {
    this.drops()?.refusals.drain(...asked);
  }

  lostRefusals(): number {
    return this.drops()?.refusals.lost() ?? 0;
  }
}
