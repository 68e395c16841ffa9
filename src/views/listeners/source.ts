import type { Socket } from '../../capture/ledger/socket.ts';
import type { Expression } from '../../filter/ast.ts';
import { matchesEitherWay } from '../../filter/evaluate.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { ListenerRow } from '../../panes/listeners/row.ts';
import type { Feed } from '../feed.ts';
import { Table } from '../list/table.ts';
import { type Listed, sortListeners } from './listener-order.ts';
import { listenerRow } from './listener-rows.ts';
import type { ListenerWatch } from './listener-watch.ts';
import { SynOrigins } from './syn-sources.ts';

/** The listeners pane over what is watched anyway. */
export function listenersSource(watch: ListenerWatch, feed: Feed, machine: Machine): PaneSource<'listeners'> {
  let expression: Expression | null = null;
  let isShown = false;
  let enoughSeconds = 0;
  const origins = new SynOrigins(() => feed.openSyns());
  const names = {
    netns: (number: number) => machine.netnsName(number),
    user: (uid: number) => machine.userName(uid),
    counted: (netns: number) => watch.counted(netns),
    sources: ({ cookie }: Socket) => origins.of(cookie),
  };
  const row = ([socket, watched]: Listed): ListenerRow => listenerRow(socket, watched, names, enoughSeconds);
  const table = new Table<Listed, ListenerRow>(([{ cookie }]) => String(cookie), row);
  const matching = (): Listed[] => {
    const all = [...watch.all()];
    const asked = expression;
    return asked === null ? all : all.filter(([socket]) => matchesEitherWay(asked, socket));
  };
  return {
    setFilter(filter) {
      expression = filter;
      table.stale = true;
    },
    ask({ views }) {
      isShown = views.listeners !== undefined && views.listeners.rows !== 0;
    },
    reset() {
      watch.reset();
      table.stale = true;
    },
    tick({ nowNs, enough }) {
      enoughSeconds = enough;
      watch.tick(nowNs, isShown);
      origins.tick(watch.isHigh);
      table.stale = true;
    },
    view(question) {
      const view = table.view(question, (sort, descending) => sortListeners(matching(), sort, descending));
      let troubled = 0;
      for (const { trend } of watch.all().values()) if (trend.verdict) troubled++;
      return { ...view, troubled };
    },
    stop: () => origins.stop(),
    inspect(key) {
      const socket: Socket | undefined = feed.books.sockets.get(Number(key));
      const watched = socket && watch.all().get(socket);
      return watched ? { pane: 'listeners', row: row([socket, watched]) } : null;
    },
  };
}
