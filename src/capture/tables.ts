import type { Expression } from '../filter/ast.ts';
import { matchesEitherWay } from '../filter/evaluate.ts';
import type { ConnectionRow } from '../model.ts';
import type { View, ViewQuestion } from '../question.ts';
import type { Connections } from './connections.ts';
import { sortSockets } from './order.ts';
import type { Socket } from './socket.ts';
import { type List, view } from './window.ts';

/** The connections pane over the ledger: filtered and sorted once a tick. */
export class Tables {
  private readonly connections: Table<Socket, ConnectionRow>;
  private withClosed = false;

  constructor(
    private readonly open: Connections,
    nowNs: () => number,
  ) {
    this.connections = new Table(
      (socket) => open.keyOf(socket),
      (socket) => open.row(socket, nowNs()),
    );
  }

  /** The ledger or the filter changed: lists are made anew when they are next asked for. */
  invalidate(): void {
    this.connections.stale = true;
  }

  /** `withClosed`: connections that closed a short while ago are among them. */
  viewConnections(
    expression: Expression | null,
    question: ViewQuestion,
    withClosed: boolean,
  ): View<ConnectionRow> {
    if (withClosed !== this.withClosed) this.connections.stale = true;
    this.withClosed = withClosed;
    const list = (): Socket[] => {
      const all = this.open.all(withClosed);
      return expression ? all.filter((item) => matchesEitherWay(expression, item)) : all;
    };
    return this.connections.view(question, (sort, descending) => sortSockets(list(), sort, descending));
  }
}

/** One pane's list: sorted anew when it is stale or is asked for in another order. */
export class Table<T, R extends { key: string }> {
  stale = true;
  private items: T[] = [];
  private order = '';
  private first = 0;

  constructor(
    private readonly keyOf: (item: T) => string,
    private readonly rowOf: (item: T) => R,
  ) {}

  view(question: ViewQuestion, sort: (sort: string, descending: boolean) => T[]): View<R> {
    const order = `${question.sort} ${question.descending}`;
    if (this.stale || order !== this.order) this.items = sort(question.sort, question.descending);
    this.stale = false;
    this.order = order;
    const { items, keyOf, rowOf } = this;
    const list: List<R> = {
      size: items.length,
      find: (key) => {
        const place = items.findIndex((item) => keyOf(item) === key);
        return place < 0 ? null : place;
      },
      rows: (first, count) => items.slice(first, first + count).map(rowOf),
    };
    const answer = view(list, question, this.first);
    this.first = answer.first;
    return answer;
  }
}
