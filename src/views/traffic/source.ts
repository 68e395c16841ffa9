import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Feed } from '../feed.ts';
import { WireTraffic } from './traffic.ts';

/** Traffic on the wire, which processes and the status show. */
export function trafficSource(feed: Feed, machine: Machine): PaneSource<'wire'> {
  const traffic = new WireTraffic(feed, machine);
  return {
    ask: ({ views }) => traffic.show(views.wire !== undefined),
    view: () => undefined,
    reset: () => traffic.resetTotals(),
    restore: () => traffic.restoreTotals(),
    begin: ({ nowNs, enough }) => traffic.tick(nowNs, enough),
    reading: () => ({ wire: traffic.status() }),
    stop: () => traffic.stop(),
  };
}
