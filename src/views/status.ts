import { byIndex, Throughputs } from '../machine/interfaces.ts';
import type { Machine } from '../machine/machine.ts';
import { RateClock } from '../machine/rate-clock.ts';
import { attachPhrase } from '../model/attach-phrase.ts';
import type { Loss, Status } from '../model/model.ts';
import { NOTHING_LOST, type Reading } from '../model/reading.ts';

/** Makes the status from the tick's readings; rates are since the tick before. */
export class StatusBoard {
  private before: Reading | null = null;
  private readonly clock = new RateClock();
  private readonly throughputs = new Throughputs();
  private readonly startedNs: number;
  private eventsPerSecond = 0;
  private lostPerSecond = NOTHING_LOST;

  constructor(private readonly machine: Pick<Machine, 'host' | 'kernel' | 'nowNs' | 'devices'>) {
    this.startedNs = machine.nowNs();
    this.measure(0);
  }

  /** Counting begins: the trace was switched on or off. */
  restart(now: Reading): void {
    this.clock.restart(now.atNs);
    this.eventsPerSecond = 0;
    this.lostPerSecond = NOTHING_LOST;
    this.before = now;
  }

  /** Call once a tick; what has less than `enough` seconds has no rate. */
  tick(now: Reading, enough: number): void {
    this.measure(enough);
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

  private measure(enough: number): void {
    this.throughputs.update(byIndex(this.machine.devices()), this.machine.nowNs(), enough);
  }

  status(now: Reading): Status {
    return {
      host: this.machine.host(),
      kernel: this.machine.kernel(),
      attach: attachPhrase(now.points),
      points: now.points,
      uptimeSeconds: (now.atNs - this.startedNs) / 1e9,
      network: this.throughputs.network,
      loopback: this.throughputs.loopback,
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
      alerts: now.alerts,
    };
  }
}
