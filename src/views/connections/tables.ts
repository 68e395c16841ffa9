import type { Socket } from '../../capture/ledger/socket.ts';
import type { Expression } from '../../filter/ast.ts';
import type { ConnectionRow } from '../../model/model.ts';
import type { View, ViewQuestion } from '../../model/panes.ts';
import { type List, view } from '../list/window.ts';
import type { Connections } from './connections.ts';
import { socketRanker } from './socket-order.ts';

/** The connections pane over the ledger: filtered once a tick, in order as far as it is looked at. */
export class Tables {
  private rank = socketRanker([]);
  private ranking = this.rank('rate', true);
  private stale = true;
  private withClosed = false;
  private order = '';
  private first = 0;

  constructor(
    private readonly open: Connections,
    private readonly nowNs: () => number,
  ) {}

  /** The ledger or the filter changed: the list is made anew when it is next asked for. */
  invalidate(): void {
    this.stale = true;
  }

  viewConnections(expression: Expression | null, question: ViewQuestion): View<ConnectionRow> {
    const { sort, descending, closed: withClosed = false } = question;
    const order = `${sort} ${descending}`;
    const isOther = this.stale || withClosed !== this.withClosed;
    if (isOther) this.rank = socketRanker(this.matching(expression, withClosed));
    if (isOther || order !== this.order) this.ranking = this.rank(sort, descending);
    this.stale = false;
    this.withClosed = withClosed;
    this.order = order;
    const answer = view(this.list(), question, this.first);
    this.first = answer.first;
    return answer;
  }

  private matching(expression: Expression | null, withClosed: boolean): Socket[] {
    const all = this.open.all(withClosed);
    return expression ? all.filter((item) => this.open.matches(expression, item)) : all;
  }

  private list(): List<ConnectionRow> {
    const { ranking, open } = this;
    return {
      size: ranking.size,
      find: (key) => {
        const socket = open.find(key);
        return socket ? ranking.placeOf(socket) : null;
      },
      rows: (first, count) => {
        const nowNs = this.nowNs();
        return ranking.window(first, count).map((socket) => open.row(socket, nowNs));
      },
    };
  }
}
