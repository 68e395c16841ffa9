import type { Machine } from '../../machine/machine.ts';
import { ALERT_TITLES, type AlertName } from '../../model/alerts/alert.ts';
import type { MetricsQuestion } from '../../model/metrics/question.ts';
import type { PaneSource, Tick } from '../../model/source.ts';
import type { AlertsPane } from '../alerts/alerts-pane.ts';
import type { Feed } from '../feed.ts';
import type { ListenerWatch } from '../listeners/listener-watch.ts';
import type { RequestsPane } from '../requests/requests-pane.ts';
import { ConnectionMetrics } from './connection-metrics.ts';
import { type CountedDrops, DropMetrics } from './drop-metrics.ts';
import { InterfaceMetrics } from './interface-metrics.ts';
import { ListenerMetrics } from './listener-metrics.ts';
import { MetricBook } from './metric-book.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { ProgramMetrics } from './program-metrics.ts';
import { RequestMetrics } from './request-metrics.ts';

/** What other sources count; null: they are not loaded, or the kernel refuses them. */
export interface Counted {
  listeners: Pick<ListenerWatch, 'all'>;
  drops(): CountedDrops | null;
  alerts(): Pick<AlertsPane, 'onByKind' | 'begun'> | null;
  requests(): Pick<RequestsPane, 'list' | 'totals'> | null;
}

/** Sums for a monitoring system, kept from the moment when they are first asked for. */
export function metricsSource(feed: Feed, counted: Counted, machine: Machine): PaneSource<'metrics'> {
  let metrics: Metrics | null = null;
  return {
    ask({ views }) {
      if (views.metrics) metrics ??= new Metrics(views.metrics, feed, counted, machine);
    },
    tick: (tick) => metrics?.tick(tick),
    view: () => metrics?.take(),
  };
}

class Metrics {
  private readonly book: MetricBook;
  private readonly parts;
  private isTaken = true;

  constructor(
    { top }: MetricsQuestion,
    private readonly feed: Feed,
    private readonly counted: Counted,
    machine: Machine,
  ) {
    const book = new MetricBook(top);
    this.book = book;
    book.tick(machine.nowNs()); // names come before the first tick
    this.parts = {
      processes: new ProcessMetrics(book, feed.books.ledger.people),
      connections: new ConnectionMetrics(book, feed),
      listeners: new ListenerMetrics(book, counted.listeners),
      interfaces: new InterfaceMetrics(book, machine),
      drops: new DropMetrics(book, machine),
      requests: new RequestMetrics(book),
      programs: new ProgramMetrics(book, machine),
    };
    const list = counted.requests()?.list;
    if (list) list.ended = (exchange) => this.parts.requests.done(exchange);
  }

  tick({ nowNs }: Tick): void {
    const { book, counted, parts } = this;
    book.tick(nowNs);
    parts.processes.tick();
    parts.connections.tick();
    parts.listeners.tick();
    parts.interfaces.tick();
    parts.programs.tick();
    const drops = counted.drops();
    if (drops) parts.drops.tick(drops);
    const list = counted.requests()?.list;
    if (list) parts.requests.tick(nowNs, (exchange) => list.own(exchange));
    this.alerts();
    this.losses(drops?.lost() ?? 0);
    this.isTaken = false;
  }

  /** undefined: nothing is new since the last tick. */
  take() {
    if (this.isTaken) return;
    this.isTaken = true;
    return this.book.shown();
  }

  private alerts(): void {
    const alerts = this.counted.alerts();
    const on = alerts?.onByKind();
    for (const family of ['alerts', 'alertsBegun'] as const) this.book.of(family).clear();
    for (const kind of Object.keys(ALERT_TITLES) as AlertName[]) {
      this.book.of('alerts').add([kind], on?.get(kind) ?? 0);
      this.book.of('alertsBegun').add([kind], alerts?.begun.get(kind) ?? 0);
    }
  }

  private losses(drops: number): void {
    const { books } = this.feed;
    const loss = this.counted.requests()?.totals().lost;
    const lost = this.book.of('lost');
    lost.clear();
    lost.add(['drops'], drops);
    lost.add(['closed_connections'], books.evicted);
    lost.add(['processes'], books.ledger.people.evicted);
    lost.add(['requests_ring'], loss ? loss.requests + loss.pieces : 0);
    lost.add(['requests_held_back'], loss?.heldBack ?? 0);
    lost.add(['requests_connections'], loss ? loss.unfollowed + loss.givenUp : 0);
    const collectors = this.book.of('collectors');
    collectors.clear();
    const refused = new Set(this.feed.refused().map(({ part }) => part));
    for (const part of ['drops', 'requests', 'sources'] as const)
      collectors.add([part], refused.has(part) ? 0 : 1);
  }
}
