import type { Machine } from '../../machine/machine.ts';
import type { AlertRule } from '../../model/alerts/rule.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Connections } from '../connections/connections.ts';
import type { Feed } from '../feed.ts';
import { LatePane } from '../late-pane.ts';
import type { ListenerWatch } from '../listeners/listener-watch.ts';
import type { AlertFeed } from './alert-feed.ts';
import { LookedAlerts } from './alert-watch.ts';
import { AlertsPane } from './alerts-pane.ts';
import { Looks } from './looks.ts';
import { RuleFigures } from './rule-figures.ts';

/** Alerts, looked for from the moment when they are first asked for. */
export function alertsSource(
  feed: Feed,
  { listeners, connections }: { listeners: Pick<ListenerWatch, 'all'>; connections: Connections },
  machine: Machine,
): PaneSource<'alerts'> & { pane(): AlertsPane | null } {
  const late = new LatePane<AlertsPane>();
  const newPane = (rules: readonly AlertRule[]): AlertsPane | null => {
    const looks = (told: AlertFeed | null) => {
      const figures = new RuleFigures(rules, connections, feed.books.endings);
      return new Looks(feed.books, told, { listeners, figures }, machine);
    };
    const watch = feed.openAlerts((told) => new LookedAlerts(looks(told), rules));
    return watch && new AlertsPane(watch);
  };
  return {
    pane: () => late.pane,
    setFilter: (expression) => late.setFilter(expression),
    ask({ views: { alerts, metrics } }) {
      const asked = alerts ?? metrics;
      if (asked) late.load(() => newPane(asked.rules ?? []));
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
