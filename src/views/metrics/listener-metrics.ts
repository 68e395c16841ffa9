import type { Socket } from '../../capture/ledger/socket.ts';
import { OTHER } from '../../model/metrics/metric.ts';
import type { ListenerWatch } from '../listeners/listener-watch.ts';
import type { MetricBook } from './metric-book.ts';

/** Queues of listeners, and what found them full. */
export class ListenerMetrics {
  private readonly overflowed = new WeakMap<Socket, number>();

  constructor(
    private readonly book: MetricBook,
    private readonly watch: Pick<ListenerWatch, 'all'>,
  ) {
    book.of('listenOverflows').add([OTHER, OTHER], 0);
  }

  tick(): void {
    const { book } = this;
    const gauges = {
      acceptQueue: book.of('listenAcceptQueue'),
      acceptLimit: book.of('listenAcceptLimit'),
      synQueue: book.of('listenSynQueue'),
      synLimit: book.of('listenSynLimit'),
    };
    for (const gauge of Object.values(gauges)) gauge.clear();
    for (const [socket, { trend, past }] of this.watch.all()) {
      const { look } = trend;
      const more = look.drops - (this.overflowed.get(socket) ?? past.drops);
      this.overflowed.set(socket, look.drops);
      const labels = this.labelsOf(socket, look.acceptQueue + look.synQueue + Math.max(0, more));
      for (const name of ['acceptQueue', 'acceptLimit', 'synQueue', 'synLimit'] as const)
        gauges[name].add(labels, look[name]);
      book.of('listenOverflows').add(labels, Math.max(0, more));
    }
  }

  private labelsOf({ sourcePort, owner }: Socket, weight: number): string[] {
    const port = this.book.roster('port').label(String(sourcePort), weight);
    return [port, owner ? this.book.roster('process').label(owner.process) : OTHER];
  }
}
