import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Feed } from '../feed.ts';
import { LatePane } from '../late-pane.ts';
import { Owners } from '../processes/owners.ts';
import { ProcessNames } from '../processes/process-names.ts';
import { ServicesPane } from './services-pane.ts';

/** The services pane, loaded when it is first asked for, and in the kernel while it is. */
export function servicesSource(feed: Feed, machine: Machine): PaneSource<'services'> {
  const late = new LatePane<ServicesPane>();
  return {
    setFilter: (expression) => late.setFilter(expression),
    ask({ views }) {
      if (views.services) late.load(() => newPane(feed, machine));
      late.pane?.show(views.services !== undefined);
    },
    reset: () => late.pane?.resetTotals(),
    restore: () => late.pane?.restoreTotals(),
    tick: ({ nowNs, enough }) => late.pane?.tick(nowNs, enough),
    view: (asked) => late.pane?.view(asked),
    inspect: (key) => late.pane?.inspect(key) ?? null,
    stop: () => late.pane?.stop(),
  };
}

/** null: the kernel refuses it. */
function newPane(feed: Feed, machine: Machine): ServicesPane | null {
  const opened = feed.openServices(machine.nowNs());
  if (!opened) return null;
  const processes = new ProcessNames(feed, machine);
  const names = {
    owners: new Owners(feed, processes),
    processes,
    netns: (number: number) => machine.netnsName(number),
    user: (uid: number) => machine.userName(uid),
  };
  return new ServicesPane(opened, names, () => machine.nowNs());
}
