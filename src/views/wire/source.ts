import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Feed } from '../feed.ts';
import { WireCounts } from './wire.ts';

/** Traffic on the wire, which processes and the status show. */
export function wireSource(feed: Feed, machine: Machine): PaneSource<'wire'> {
  const traffic = new WireCounts(feed, machine);
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
