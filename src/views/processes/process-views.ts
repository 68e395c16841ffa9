import type { Ledger } from '../../capture/ledger/ledger.ts';
import type { Process } from '../../capture/ledger/process.ts';
import type { Expression } from '../../filter/ast.ts';
import { evaluate } from '../../filter/evaluate.ts';
import { GROUPINGS, type Grouping, type ProcessInspection, type ProcessRow } from '../../model/model.ts';
import type { View, ViewQuestion } from '../../model/panes.ts';
import type { Connections } from '../connections/connections.ts';
import { rated } from '../connections/rows.ts';
import { Table } from '../list/table.ts';
import type { People } from './people.ts';
import { type GroupedRow, groupRows, shownRow } from './process-groups.ts';
import { inspectGroup, inspectProcess } from './process-inspection.ts';
import { sortGroups, sortProcesses } from './process-order.ts';
import { processTree, treeRows } from './process-tree.ts';

/** The processes pane over the ledger: filtered, put together and sorted once a tick. */
export class ProcessViews {
  private readonly single: Table<Process, ProcessRow>;
  private readonly grouped: Table<GroupedRow, ProcessRow>;
  private grouping: Grouping = 'process';

  constructor(
    private readonly ledger: Ledger,
    private readonly people: People,
    private readonly connections: Connections,
  ) {
    this.single = new Table(
      ({ key }) => key,
      (process) => rated(people.row(process), ledger.clock),
    );
    this.grouped = new Table(
      ({ row }) => row.key,
      (row) => rated(shownRow(row), ledger.clock),
    );
  }

  /** The ledger or the filter changed: lists are made anew when they are next asked for. */
  invalidate(): void {
    this.single.stale = true;
    this.grouped.stale = true;
  }

  view(expression: Expression | null, question: ViewQuestion): View<ProcessRow> {
    const { people } = this;
    const by = GROUPINGS.find((one) => one === question.group) ?? 'process';
    if (by !== this.grouping) this.invalidate();
    this.grouping = by;
    const list = () => this.matching(expression);
    const view =
      by === 'process'
        ? this.single.view(question, (sort, descending) =>
            sortProcesses(list(), sort, descending, people.userName),
          )
        : this.grouped.view(question, (sort, descending) =>
            this.rows(by, list(), (rows) => sortGroups(rows, sort, descending)),
          );
    return { ...view, group: by };
  }

  /** The process with this key, or the group of the pane's rows; null when it is gone. */
  inspect(expression: Expression | null, key: string, nowNs: number): ProcessInspection | null {
    const { ledger, people, connections } = this;
    const around = { people, connections, nowNs, clock: ledger.clock };
    const process = ledger.processes.get(key);
    if (process) return inspectProcess(process, [...ledger.processes.values()], around);
    const by = GROUPINGS.find((one) => key.startsWith(`${one}:`)) ?? 'tree';
    if (by === 'process') return null;
    const found = this.rows(by, this.matching(expression)).find(({ row }) => row.key === key);
    return found ? inspectGroup(found, around) : null;
  }

  private rows(
    by: Exclude<Grouping, 'process'>,
    processes: Process[],
    order = (rows: GroupedRow[]) => rows,
  ): GroupedRow[] {
    const { people } = this;
    if (by === 'tree') return treeRows(processTree(processes, people), people, order);
    return order(groupRows(processes, by, people));
  }

  private matching(expression: Expression | null): Process[] {
    const all = [...this.ledger.processes.values()];
    if (!expression) return all;
    const ended = this.connections.closedOwners(expression);
    return all.filter((item) => this.matches(expression, item, ended));
  }

  /** Whether a process is what the filter asks for: by its name and number, or by one of its sockets. */
  private matches(expression: Expression, item: Process, ended: ReadonlySet<Process>): boolean {
    const { pid, process, sockets, closed } = item;
    const told = evaluate(expression, { pid, process });
    if (told !== null) return told;
    if (ended.has(item)) return true;
    for (const socket of sockets) if (this.connections.matches(expression, socket)) return true;
    return closed.some((socket) => this.connections.matches(expression, socket));
  }
}
