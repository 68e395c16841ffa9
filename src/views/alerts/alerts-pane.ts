import type { Expression } from '../../filter/ast.ts';
import { evaluate } from '../../filter/evaluate.ts';
import type { Alert, AlertName } from '../../model/alerts/alert.ts';
import { AlertEngine } from '../../model/alerts/engine.ts';
import { newKinds } from '../../model/alerts/kinds.ts';
import type { AlertRule } from '../../model/alerts/rule.ts';
import type { AlertsOn } from '../../model/model.ts';
import type { Inspection, ViewQuestion } from '../../model/panes.ts';
import type { AlertRow, AlertsView } from '../../panes/alerts/row.ts';
import { Table } from '../list/table.ts';
import { sortAlerts } from './alert-order.ts';
import type { Looks } from './looks.ts';

/** The least time between two looks: a burst of a tenth of a second is nothing yet. */
const LOOK_NS = 0.9e9;
/** Rows that wait to be written. */
const MOST_WAITING = 1000;

/** Alerts from the moment when somebody asked for them. */
export class AlertsPane {
  private readonly engine: AlertEngine;
  private readonly table: Table<Alert, AlertRow>;
  private expression: Expression | null = null;
  private lookedNs = 0;
  /** null: nobody takes them. */
  private waiting: AlertRow[] | null = null;
  private unwritten = 0;
  /** How many began, by kind. */
  readonly begun = new Map<AlertName, number>();

  /** `rules`: the user's own. */
  constructor(
    private readonly looks: Looks,
    rules: readonly AlertRule[],
  ) {
    this.engine = new AlertEngine(newKinds(rules));
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
    this.looks.drain();
  }

  tick(nowNs: number, last: boolean): void {
    if (!last && nowNs - this.lookedNs < LOOK_NS) return;
    this.lookedNs = nowNs;
    const told = this.engine.tick(this.looks.look(nowNs)).filter((alert) => this.matches(alert));
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
        [...this.engine.all()].filter((alert) => this.matches(alert)),
        sort,
        descending,
      ),
    );
    return { ...view, left: this.engine.left };
  }

  /** For the header. */
  on(): AlertsOn {
    const all = [...this.engine.on()];
    return { count: all.length, newest: all.at(-1)?.kind ?? null };
  }

  /** How many are on, by kind. */
  onByKind(): Map<AlertName, number> {
    const counts = new Map<AlertName, number>();
    for (const { kind } of this.engine.on()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  }

  warnings(): string[] {
    return this.unwritten > 0 ? [`${this.unwritten} alerts were not written: the reader was behind`] : [];
  }

  inspect(key: string): Inspection | null {
    const alert = this.engine.find(key);
    return alert ? { pane: 'alerts', row: rowOf(alert) } : null;
  }

  stop(): void {
    this.looks.stop();
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
