import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Feed } from '../feed.ts';
import { LatePane } from '../late-pane.ts';
import type { ListenerWatch } from '../listeners/listener-watch.ts';
import { AlertsPane } from './alerts-pane.ts';
import { Looks } from './looks.ts';

/** Alerts, looked for from the moment when they are first asked for. */
export function alertsSource(
  feed: Feed,
  listeners: Pick<ListenerWatch, 'all'>,
  machine: Machine,
): PaneSource<'alerts'> {
  const late = new LatePane<AlertsPane>();
  return {
    setFilter: (expression) => late.setFilter(expression),
    ask({ views: { alerts } }) {
      if (alerts)
        late.load(() => new AlertsPane(new Looks(feed.books, feed.openAlerts(), listeners, machine)));
      if (alerts?.isStreamed) late.pane?.stream();
    },
    tick: ({ nowNs, last }) => late.pane?.tick(nowNs, last),
    view: (asked) => late.pane?.view(asked),
    drain() {
      late.pane?.drain();
      return 0; // nothing of it is shown before the next tick
    },
    take: (limit) => late.pane?.take(limit) ?? [],
    inspect: (key) => late.pane?.inspect(key) ?? null,
    reading: () => ({ alerts: late.pane?.on() ?? null }),
    warnings: () => late.pane?.warnings() ?? [],
    stop: () => late.pane?.stop(),
  };
}
