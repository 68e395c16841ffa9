import { type Service, ServiceLedger } from '../../capture/ledger/service-ledger.ts';
import type { Expression } from '../../filter/ast.ts';
import { evaluate } from '../../filter/evaluate.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { Inspection } from '../../model/panes.ts';
import type { ViewQuestion } from '../../model/question.ts';
import type { ServiceRow, ServicesView } from '../../panes/services/row.ts';
import { Table } from '../list/table.ts';
import type { ServiceFeed } from './service-feed.ts';
import { sortServices } from './service-order.ts';
import { ownerOf, type ServiceNames, serviceRow } from './service-rows.ts';

/** Of the kernel's 1,024: those that have not answered for longest make room. */
const MOST_SERVICES = 900;

/** Services from the moment when somebody looks; their counts stay while nobody does. */
export class ServicesPane {
  private readonly ledger = new ServiceLedger();
  private readonly table: Table<Service, ServiceRow>;
  private expression: Expression | null = null;
  private isShown = true;
  private evicted = 0;

  constructor(
    private readonly feed: ServiceFeed,
    private readonly names: ServiceNames,
    private readonly nowNs: () => number,
  ) {
    this.table = new Table(
      ({ id }) => id,
      (service) => this.row(service),
    );
    this.restart();
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.table.stale = true;
  }

  show(isShown: boolean): void {
    if (isShown === this.isShown) return;
    this.isShown = isShown;
    if (isShown) {
      this.restart();
      this.feed.start(this.nowNs());
    } else this.feed.pause();
  }

  resetTotals(): void {
    this.ledger.resetTotals();
    this.table.stale = true;
  }

  restoreTotals(): void {
    this.ledger.restoreTotals();
    this.table.stale = true;
  }

  /** What has less than `enough` seconds has no rate. */
  tick(nowNs: number, enough: number): void {
    if (!this.isShown) return;
    this.ledger.tick(nowNs, enough, (visit) => this.feed.sweep(visit));
    for (const gone of this.ledger.takeOldest(MOST_SERVICES)) {
      this.feed.forget(gone);
      this.evicted++;
    }
    this.table.stale = true;
  }

  view(question: ViewQuestion): ServicesView {
    const view = this.table.view(question, (sort, descending) =>
      sortServices(this.matching(), sort, descending, this.names),
    );
    return {
      ...view,
      perSecond: this.ledger.perSecond,
      lost: { ...this.feed.loss(), evicted: this.evicted },
    };
  }

  inspect(key: string): Inspection | null {
    const found = this.ledger.get(key);
    return found ? { pane: 'services', row: this.row(found) } : null;
  }

  stop(): void {
    this.feed.stop();
  }

  /** What was counted before nobody looked, or was recorded before somebody does, has no rate. */
  private restart(): void {
    const nowNs = this.nowNs();
    this.ledger.restart(nowNs);
    this.ledger.tick(nowNs, Number.POSITIVE_INFINITY, (visit) => this.feed.sweep(visit));
  }

  private row(service: Service): ServiceRow {
    const row = serviceRow(service, this.names);
    return this.ledger.clock.isKnown ? row : { ...row, perSecond: null };
  }

  private matching(): Service[] {
    const { expression } = this;
    const rows = this.ledger.rows();
    if (expression === null) return rows;
    return rows.filter((service) => evaluate(expression, this.subject(service)) !== false);
  }

  private subject(service: Service) {
    const { pid, port } = service;
    const owner = ownerOf(service, this.names);
    const process = owner?.process ?? null;
    const ends = { sourcePort: port, destinationPort: port };
    return { protocol: PROTOCOLS.tcp, pid, process, netns: owner?.netns ?? 0, ...ends };
  }
}
