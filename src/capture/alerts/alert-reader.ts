import type { AlertFeed } from '../../views/alerts/alert-feed.ts';
import { NetReader, type Places } from './net-reader.ts';

/** What the running kernel tells for alerts. */
export class AlertReader implements AlertFeed {
  private readonly reader: NetReader;

  constructor(places: Places) {
    this.reader = new NetReader(places);
  }

  nets(nowNs: number): NetReader['readings'] {
    this.reader.tick(nowNs);
    return this.reader.readings;
  }
}
