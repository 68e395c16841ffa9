import type { Socket } from '../../capture/ledger/socket.ts';
import type { Expression } from '../../filter/ast.ts';
import { CONNECTION_GROUPINGS, type ConnectionSet } from '../../model/connection-group.ts';
import type { ConnectionRow } from '../../model/model.ts';
import type { View, ViewQuestion } from '../../model/panes.ts';
import { Table } from '../list/table.ts';
import { type List, view } from '../list/window.ts';
import type { Facts } from '../processes/process-groups.ts';
import { type GroupOfConnections, groupsOf, sortConnectionGroups } from './connection-groups.ts';
import type { Connections } from './connections.ts';
import { socketRanker } from './socket-order.ts';

/** The connections pane over the ledger: filtered once a tick, in order as far as it is looked at, or put together. */
export class Tables {
  private rank = socketRanker([]);
  private ranking = this.rank('rate', true);
  private readonly groups = new Table<GroupOfConnections, ConnectionRow>(
    ({ id }) => id,
    (group) => this.open.groupRow(group, this.nowNs()),
  );
  private by: ConnectionSet | null = null;
  private stale = true;
  private withClosed = false;
  private order = '';
  private first = 0;

  constructor(
    private readonly open: Connections,
    private readonly nowNs: () => number,
    private readonly facts: Facts,
  ) {}

  /** The ledger or the filter changed: lists are made anew when they are next asked for. */
  invalidate(): void {
    this.stale = true;
    this.groups.stale = true;
  }

  viewConnections(expression: Expression | null, question: ViewQuestion): View<ConnectionRow> {
    const { closed: withClosed = false } = question;
    const asked = CONNECTION_GROUPINGS.find((one) => one === question.group) ?? 'connection';
    const by = asked === 'connection' ? null : asked;
    if (withClosed !== this.withClosed || by !== this.by) this.invalidate();
    this.withClosed = withClosed;
    this.by = by;
    if (by === null) return { ...this.single(expression, question), group: 'connection' };
    const shown = this.groups.view(question, (sort, descending) =>
      sortConnectionGroups(this.putTogether(expression, by), sort, descending),
    );
    return { ...shown, group: by };
  }

  /** A group of what the pane was last asked for, whether it shows groups or not; null: there is none. */
  group(expression: Expression | null, by: ConnectionSet, id: string): GroupOfConnections | null {
    return this.putTogether(expression, by).find((group) => group.id === id) ?? null;
  }

  private single(expression: Expression | null, question: ViewQuestion): View<ConnectionRow> {
    const { sort, descending } = question;
    const order = `${sort} ${descending}`;
    if (this.stale) this.rank = socketRanker(this.matching(expression));
    if (this.stale || order !== this.order) this.ranking = this.rank(sort, descending);
    this.stale = false;
    this.order = order;
    const answer = view(this.list(), question, this.first);
    this.first = answer.first;
    return answer;
  }

  private putTogether(expression: Expression | null, by: ConnectionSet): GroupOfConnections[] {
    const { open, facts } = this;
    const all = open.all(this.withClosed);
    const around = { facts, all, stateOf: (socket: Socket) => open.stateOf(socket), nowNs: this.nowNs() };
    return groupsOf(this.matching(expression, all), by, around);
  }

  private matching(expression: Expression | null, all = this.open.all(this.withClosed)): Socket[] {
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
