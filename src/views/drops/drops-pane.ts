import type { CounterLosses } from '../../capture/ledger/counter-losses.ts';
import { type Drop, DropLedger, type VisitDrop } from '../../capture/ledger/drop-ledger.ts';
import { Freed } from '../../capture/ledger/freed.ts';
import type { Expression } from '../../filter/ast.ts';
import { compileFilter } from '../../filter/compile.ts';
import { evaluate } from '../../filter/evaluate.ts';
import { FilterDevices } from '../../machine/filter-devices.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Inspection, Status } from '../../model/model.ts';
import type { ViewQuestion } from '../../model/question.ts';
import type { DropRow, DropsView } from '../../panes/drops/row.ts';
import { Table } from '../list/table.ts';
import type { DropCounts } from './drop-feed.ts';
import { sortDrops } from './drop-order.ts';
import { type DropRowNames, dropRow, dropSubject } from './drop-rows.ts';
import { Findings } from './findings.ts';
import { lossKey, lossSubject, NO_COUNT } from './loss-rows.ts';
import { ruleOf } from './rule-of.ts';

/** The counters of namespaces take most of a tick: where nobody looks they are read so often, as they settle in 3 s. */
const UNSEEN_READ_NS = 2e9;

/** The drops pane: counted from the moment when it was opened, whether its rows are looked at or not. */
export class DropsPane {
  private readonly ledger = new DropLedger();
  private readonly table: Table<Drop, DropRow>;
  private expression: Expression | null = null;
  private exact = true;
  private readonly devices: FilterDevices;
  private open = false;
  private isSeen = true;
  private areRulesTold = false;
  private readNs = 0;
  private readonly findings: Findings;

  constructor(
    private readonly counter: DropCounts,
    private readonly losses: CounterLosses,
    private readonly names: DropRowNames,
    private readonly machine: Pick<
      Machine,
      'interfaceIndex' | 'symbol' | 'nowNs' | 'droppingRule' | 'ruleByHandle'
    >,
  ) {
    this.findings = new Findings(losses.namespaces);
    this.devices = new FilterDevices((name) => machine.interfaceIndex(name));
    this.table = new Table(
      ({ id }) => id,
      (drop) => this.row(drop),
    );
  }

  /** The kernel counts what the filter lets through: a new one begins anew, as old counts hold other packets. */
  setFilter(expression: Expression | null): void {
    this.expression = expression;
    if (this.open) this.restart();
  }

  /** Opening it begins the counts anew; closed, it is out of the kernel. `isSeen`: somebody looks at its rows. */
  show(open: boolean, isSeen = true): void {
    this.isSeen = isSeen;
    this.tellRules(open && isSeen);
    if (open === this.open) return;
    this.open = open;
    if (open) {
      this.counter.start();
      this.restart();
    } else this.counter.pause();
  }

  /** What evaluates rules costs packets that are not dropped too: it is there while somebody looks. */
  private tellRules(isWanted: boolean): void {
    if (isWanted === this.areRulesTold) return;
    this.areRulesTold = isWanted;
    this.counter.tellRules(isWanted);
  }

  /** The kernel goes on counting: what it has up to now is taken away from what is shown. */
  resetTotals(): void {
    this.ledger.resetTotals(this.machine.nowNs(), this.counter.lost());
    this.table.stale = true;
  }

  restoreTotals(): void {
    this.ledger.restoreTotals();
    this.table.stale = true;
  }

  private restart(): void {
    const filter = compileFilter(this.expression, this.devices.begin());
    this.exact = filter.exact && this.devices.none && !this.counter.isRecorded;
    this.findings.restart();
    this.losses.restart(this.machine.nowNs());
    this.counter.restart(filter);
    this.ledger.restart(this.machine.nowNs());
    this.table.stale = true;
  }

  /** What has less than `enough` seconds has no rate. `last`: nothing is left for a later look. */
  tick(nowNs: number, enough = 0, last = false): void {
    if (!this.open) return;
    if (this.devices.changed()) this.restart();
    if (last || this.isSeen || nowNs >= this.readNs + UNSEEN_READ_NS) {
      this.losses.read(nowNs, last);
      this.readNs = nowNs;
    }
    this.ledger.tick(nowNs, enough, (visit) => this.sweep(visit, nowNs, last));
    this.table.stale = true;
  }

  private sweep(visit: VisitDrop, nowNs: number, last: boolean): void {
    const freed = new Freed(this.names);
    this.counter.sweep((id, key, drop, packet) => {
      freed.see(key, drop);
      visit(id, key, drop, packet);
    });
    for (const loss of this.losses.tick(nowNs, freed, last))
      visit(loss.id, lossKey(loss), { ...NO_COUNT, count: loss.count }, null, loss);
    this.findings.take(freed);
  }

  view(question: ViewQuestion): DropsView {
    const list = (): Drop[] => [...this.ledger.rows()].filter((drop) => this.matches(drop));
    const view = this.table.view(question, (sort, descending) =>
      sortDrops(list(), this.names, sort, descending),
    );
    return {
      ...view,
      sinceSeconds: Math.max(0, this.machine.nowNs() - this.ledger.sinceNs) / 1e9,
      perSecond: this.ledger.clock.isKnown ? this.ledger.perSecond : null,
      lost: this.lost(),
      filterPlace: this.filterPlace(),
    };
  }

  /** All that was counted, whatever is looked at. */
  rows(): Iterable<Drop> {
    return this.ledger.rows();
  }

  /** Those that are in no row. */
  lost(): number {
    return this.ledger.lost(this.counter.lost());
  }

  inspect(key: string): Inspection | null {
    const drop = this.ledger.get(key);
    if (!drop) return null;
    const stack = fromPlace(this.counter.stack(drop.counted), drop.place);
    return {
      pane: 'drops',
      row: this.row(drop),
      stack: stack.map((address) => this.machine.symbol(address)),
    };
  }

  stop(): void {
    this.counter.stop();
  }

  private row(drop: Drop): DropRow {
    const row = dropRow(drop, this.names, this.machine.nowNs());
    const perSecond = this.ledger.clock.isKnown ? row.perSecond : null;
    return {
      ...row,
      perSecond,
      finding: drop.rule ? null : this.findings.of(drop, row),
      rule: ruleOf(drop, row, this.machine),
    };
  }

  /** What the kernel cannot tell is told by the newest packet. */
  private matches(drop: Drop): boolean {
    const { exact, expression } = this;
    if (drop.loss && expression) return evaluate(expression, lossSubject(drop.loss)) === true;
    return exact || expression === null || evaluate(expression, dropSubject(drop, this.names)) !== false;
  }

  private filterPlace(): Status['filterPlace'] {
    if (this.expression === null) return 'none';
    return this.exact ? 'kernel' : 'kernel and user space';
  }
}

/** Without what stands before the place of the drop: the tracepoint and its programs. */
function fromPlace(stack: bigint[], place: bigint): bigint[] {
  return stack.slice(Math.max(0, stack.indexOf(place)));
}
