import type { Socket } from '../../capture/ledger/socket.ts';
import { OTHER } from '../../model/metrics/metric.ts';
import type { FaultEntries } from '../feed.ts';
import type { MetricBook } from './metric-book.ts';

interface Told {
  all: number;
  local: number;
  path: number;
}

const CAUSES = ['local', 'path', 'unknown'] as const;

/** Segments that were sent again, by whose fault it was: asked of the kernel where there are more than before. */
export class Retransmits {
  private readonly told = new WeakMap<Socket, Told>();

  constructor(
    private readonly book: MetricBook,
    private readonly faults: FaultEntries,
  ) {
    for (const cause of CAUSES) book.of('retransmits').add([OTHER, cause], 0);
  }

  /** What it sent again up to now is nothing of ours. */
  begin(socket: Socket): void {
    if (socket.retransmits > 0) this.told.set(socket, this.now(socket));
  }

  look(socket: Socket): void {
    const told = this.told.get(socket) ?? this.first(socket);
    if (socket.retransmits <= told.all) return;
    const now = this.now(socket);
    this.told.set(socket, now);
    const name = socket.owner ? this.book.roster('process').label(socket.owner.process) : OTHER;
    const more = now.all - told.all;
    const local = Math.min(more, Math.max(0, now.local - told.local));
    const path = Math.min(more - local, Math.max(0, now.path - told.path));
    const counts = { local, path, unknown: more - local - path };
    for (const cause of CAUSES)
      if (counts[cause] > 0) this.book.of('retransmits').add([name, cause], counts[cause]);
  }

  /** One that is older than nettop counts from its first look on. */
  private first(socket: Socket): Told {
    const told = socket.openedNs === 0 ? this.now(socket) : { all: 0, local: 0, path: 0 };
    this.told.set(socket, told);
    return told;
  }

  private now({ cookie, retransmits }: Socket): Told {
    const found = retransmits > 0 ? this.faults.of(cookie) : null;
    return {
      all: retransmits,
      local: found?.local ?? 0,
      path: found?.path ?? 0,
    };
  }
}
