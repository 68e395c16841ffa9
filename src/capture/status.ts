import { hostname, release } from 'node:os';
import type { Loss, PointStatus, Status } from '../model.ts';
import { sanitize } from '../text.ts';
import { attachPhrase } from './functions/plan.ts';
import type { Interfaces } from './interfaces.ts';
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
  private eventsPerSecond = 0;
  private lostPerSecond = NOTHING_LOST;

  constructor(
    private readonly interfaces: Interfaces,
    private readonly startedNs: number,
  ) {}

  /** Call once a tick. */
  tick(now: Reading): void {
    const { before } = this;
    const seconds = before ? Math.max(1e-6, (now.atNs - before.atNs) / 1e9) : 1;
    const was = before ?? { ...now, events: now.events, lost: now.lost };
    this.eventsPerSecond = (now.events - was.events) / seconds;
    this.lostPerSecond = {
      ringFull: (now.lost.ringFull - was.lost.ringFull) / seconds,
      rateLimited: (now.lost.rateLimited - was.lost.rateLimited) / seconds,
      recursionMissed: (now.lost.recursionMissed - was.lost.recursionMissed) / seconds,
      displayDropped: (now.lost.displayDropped - was.lost.displayDropped) / seconds,
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
      eventsPerSecond: this.eventsPerSecond,
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
