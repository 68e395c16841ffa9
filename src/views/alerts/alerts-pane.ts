import type { Expression } from '../../filter/ast.ts';
import { evaluate } from '../../filter/evaluate.ts';
import type { Alert, AlertName } from '../../model/alerts/alert.ts';
import type { AlertsOn } from '../../model/model.ts';
import type { Inspection, ViewQuestion } from '../../model/panes.ts';
import type { AlertRow, AlertsView } from '../../panes/alerts/row.ts';
import { Table } from '../list/table.ts';
import { sortAlerts } from './alert-order.ts';
import type { AlertWatch } from './alert-watch.ts';

/** The least time between two looks: a burst of a tenth of a second is nothing yet. */
const LOOK_NS = 0.9e9;
/** Rows that wait to be written. */
const MOST_WAITING = 1000;

/** Alerts from the moment when somebody asked for them. */
export class AlertsPane {
  private readonly table: Table<Alert, AlertRow>;
  private expression: Expression | null = null;
  private lookedNs = 0;
  /** null: nobody takes them. */
  private waiting: AlertRow[] | null = null;
  private unwritten = 0;
  /** How many began, by kind. */
  readonly begun = new Map<AlertName, number>();

  constructor(private readonly watch: AlertWatch) {
    this.table = new Table(({ key }) => key, rowOf);
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.table.stale = true;
  }

  /** From now on they are handed out as they begin and end. */
  stream(): void {
    this.waiting ??= [];
  }

  /** Between ticks. */
  drain(): void {
    this.watch.drain();
  }

  tick(nowNs: number, last: boolean): void {
    if (!last && nowNs - this.lookedNs < LOOK_NS) return;
    this.lookedNs = nowNs;
    const told = this.watch.look(nowNs).filter((alert) => this.matches(alert));
    for (const { kind, state } of told)
      if (state === 'begin') this.begun.set(kind, (this.begun.get(kind) ?? 0) + 1);
    if (this.waiting) this.waiting.push(...told.map(rowOf));
    const { waiting } = this;
    if (waiting) this.unwritten += waiting.splice(0, waiting.length - MOST_WAITING).length;
    this.table.stale = true;
  }

  take(limit: number): AlertRow[] {
    return this.waiting?.splice(0, limit) ?? [];
  }

  view(question: ViewQuestion): AlertsView {
    const view = this.table.view(question, (sort, descending) =>
      sortAlerts(
        [...this.watch.all()].filter((alert) => this.matches(alert)),
        sort,
        descending,
      ),
    );
    return { ...view, left: this.watch.left };
  }

  /** For the header. */
  on(): AlertsOn {
    const all = [...this.watch.on()];
    return { count: all.length, newest: all.at(-1)?.kind ?? null };
  }

  /** How many are on, by kind. */
  onByKind(): Map<AlertName, number> {
    const counts = new Map<AlertName, number>();
    for (const { kind } of this.watch.on()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  }

  warnings(): string[] {
    return this.unwritten > 0 ? [`${this.unwritten} alerts were not written: the reader was behind`] : [];
  }

  inspect(key: string): Inspection | null {
    const alert = this.watch.find(key);
    return alert ? { pane: 'alerts', row: rowOf(alert) } : null;
  }

  stop(): void {
    this.watch.stop();
  }

  private matches({ pid, process, netns, localPort }: Alert): boolean {
    if (this.expression === null) return true;
    const subject = {
      ...(pid !== null && { pid, process }),
      ...(netns !== null && { netns }),
      ...(localPort !== null && { sourcePort: localPort, destinationPort: localPort }),
    };
    return evaluate(this.expression, subject) !== false;
  }
}

const rowOf = (alert: Alert): AlertRow => ({
  ...alert,
  timeUs: alert.state === 'begin' ? alert.firstUs : alert.lastUs,
});
