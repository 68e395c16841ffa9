import { hostname, release } from 'node:os';
import { attachPhrase } from '../attach/plan.ts';
import type { Interfaces } from '../machine/interfaces.ts';
import { RateClock } from '../machine/rate-clock.ts';
import type { Loss, PointStatus, Status } from '../model/model.ts';
import { sanitize } from '../text/text.ts';
import { type PointCount, totalCount } from './trace/point-counts.ts';

/** What the header is made of, at one tick. */
export interface Reading {
  atNs: number;
  points: PointStatus[];
  events: number;
  lost: Loss;
  trace: Status['trace'];
  attaching: Status['attaching'];
  frozenPackets: number;
  filterPlace: Status['filterPlace'];
  wire: Status['wire'];
  warnings: string[];
  refused: Status['refused'];
}

const NOTHING_LOST: Loss = { ringFull: 0, rateLimited: 0, recursionMissed: 0, displayDropped: 0 };

/** What the trace lost, by cause. */
export function lossOf(counts: PointCount[], recursionMissed: number, displayDropped: number): Loss {
  const ringFull = totalCount(counts, 'ringFull');
  return { ringFull, rateLimited: totalCount(counts, 'limited'), recursionMissed, displayDropped };
}

/** Makes the status from the tick's readings; rates are since the tick before. */
export class StatusBoard {
  private before: Reading | null = null;
  private readonly clock = new RateClock();
  private eventsPerSecond = 0;
  private lostPerSecond = NOTHING_LOST;

  constructor(
    private readonly interfaces: Interfaces,
    private readonly startedNs: number,
  ) {}

  /** Counting begins: the trace was switched on or off. */
  restart(now: Reading): void {
    this.clock.restart(now.atNs);
    this.eventsPerSecond = 0;
    this.lostPerSecond = NOTHING_LOST;
    this.before = now;
  }

  /** Call once a tick; what has less than `enough` seconds has no rate. */
  tick(now: Reading, enough: number): void {
    const { before, clock, lostPerSecond: was } = this;
    if (!before || now.attaching) {
      this.restart(now);
      return;
    }
    clock.look(now.atNs, enough);
    const lost = (cause: keyof Loss) => clock.rate(now.lost[cause] - before.lost[cause], was[cause]);
    this.eventsPerSecond = clock.rate(now.events - before.events, this.eventsPerSecond);
    this.lostPerSecond = {
      ringFull: lost('ringFull'),
      rateLimited: lost('rateLimited'),
      recursionMissed: lost('recursionMissed'),
      displayDropped: lost('displayDropped'),
    };
    this.before = now;
  }

  status(now: Reading): Status {
    return {
      host: sanitize(hostname()),
      kernel: release(),
      attach: attachPhrase(now.points),
      points: now.points,
      uptimeSeconds: (now.atNs - this.startedNs) / 1e9,
      network: this.interfaces.network,
      loopback: this.interfaces.loopback,
      events: now.events,
      eventsPerSecond: this.clock.isKnown ? this.eventsPerSecond : null,
      lost: now.lost,
      lostPerSecond: this.lostPerSecond,
      trace: now.trace,
      attaching: now.attaching,
      frozenPackets: now.frozenPackets,
      filterPlace: now.filterPlace,
      wire: now.wire,
      warnings: now.warnings,
      refused: now.refused,
    };
  }
}
