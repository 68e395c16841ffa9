import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Feed } from '../feed.ts';
import { LatePane } from '../late-pane.ts';
import { ProcessNames } from '../processes/process-names.ts';
import { TrafficPane } from './traffic-pane.ts';

/** The traffic pane, loaded when it is first asked for, and in the kernel while it is. */
export function trafficSource(feed: Feed, machine: Machine): PaneSource<'traffic'> {
  const late = new LatePane<TrafficPane>();
  const make = (): TrafficPane | null => {
    const opened = feed.openTraffic();
    return (
      opened && new TrafficPane(opened, { processes: new ProcessNames(feed, machine), machine }, machine)
    );
  };
  return {
    setFilter: (expression) => late.setFilter(expression),
    ask({ views }) {
      if (views.traffic) late.load(make);
      late.pane?.show(views.traffic !== undefined);
    },
    reset: () => late.pane?.resetTotals(),
    restore: () => late.pane?.restoreTotals(),
    tick: ({ nowNs, enough }) => late.pane?.tick(nowNs, enough),
    view: (asked) => late.pane?.view(asked),
    inspect: (key) => late.pane?.inspect(key) ?? null,
    stop: () => late.pane?.stop(),
  };
}
