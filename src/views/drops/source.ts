import { CounterLosses } from '../../capture/ledger/counter-losses.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Feed } from '../feed.ts';
import { LatePane } from '../late-pane.ts';
import { ProcessNames } from '../processes/process-names.ts';
import { DropsPane } from './drops-pane.ts';

/** The drops pane, loaded when it is first asked for. */
export function dropsSource(
  feed: Feed,
  machine: Machine,
): PaneSource<'drops'> & { pane(): DropsPane | null } {
  const late = new LatePane<DropsPane>();
  return {
    pane: () => late.pane,
    setFilter: (expression) => late.setFilter(expression),
    ask({ views }) {
      const isWanted = views.drops !== undefined || views.metrics !== undefined;
      if (isWanted) late.load(() => newPane(feed, machine));
      late.pane?.show(isWanted, views.drops !== undefined && views.drops.rows !== 0);
    },
    reset: () => late.pane?.resetTotals(),
    restore: () => late.pane?.restoreTotals(),
    tick: ({ enough, last }) => late.pane?.tick(machine.nowNs(), enough, last),
    view: (asked) => late.pane?.view(asked),
    inspect: (key) => late.pane?.inspect(key) ?? null,
    stop: () => late.pane?.stop(),
  };
}

/** null: the kernel refuses it. */
function newPane(feed: Feed, machine: Machine): DropsPane | null {
  const { ledger } = feed.books;
  const opened = feed.openDrops();
  if (!opened) return null;
  const processes = new ProcessNames(feed, machine);
  const names = {
    epochUs: machine.epochUs(),
    interface: (index: number, netns: number) => machine.interfaceName(index, netns),
    netns: (number: number) => machine.netnsName(number),
    process: (pid: number, cookie: number) => processes.get(pid, cookie),
    reason: (number: number) => machine.reason(number),
    place: (address: bigint) => machine.place(address),
  };
  const losses = new CounterLosses(ledger.listening.drops, opened.namespaces);
  return new DropsPane(opened.counter, losses, names, machine);
}
