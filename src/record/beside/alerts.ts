import type { Alert } from '../../model/alerts/alert.ts';
import type { AlertWatch } from '../../views/alerts/alert-watch.ts';
import { namesFromJson } from '../log.ts';
import type { Player } from '../player.ts';
import type { Recorder } from '../recorder.ts';

export const ALERTS = 'alerts';
/** As many as are shown. */
const MOST_ENDED = 200;
const MOST_WAITING = 1000;

/** What a look had to tell, and all that are on after it. */
export interface ToldAlerts {
  told: Alert[];
  on: Alert[];
  left: number;
}

/** Alerts are written down as they begin, go on and end. */
export function recordingAlerts(watch: AlertWatch, recorder: Recorder): AlertWatch {
  return {
    drain: () => watch.drain(),
    look(nowNs) {
      const told = watch.look(nowNs);
      const on = [...watch.on()];
      if (told.length + on.length + watch.left > 0)
        recorder.tell(ALERTS, { told, on, left: watch.left } satisfies ToldAlerts);
      return told;
    },
    all: () => watch.all(),
    on: () => watch.on(),
    find: (key) => watch.find(key),
    get left() {
      return watch.left;
    },
    stop: () => watch.stop(),
  };
}

/** The same as it was recorded. */
export class RecordedAlerts implements AlertWatch {
  left = 0;
  private alertsOn: Alert[] = [];
  private readonly ended: Alert[] = [];
  private waiting: Alert[] = [];

  constructor(private readonly player: Player) {
    player.hear(ALERTS, (bytes) => {
      const { told, on, left } = namesFromJson<ToldAlerts>(bytes);
      this.alertsOn = on;
      this.left = left;
      this.ended.push(...told.filter(({ state }) => state === 'end'));
      this.ended.splice(0, this.ended.length - MOST_ENDED);
      this.waiting.push(...told);
      this.waiting.splice(0, this.waiting.length - MOST_WAITING);
    });
  }

  drain(): void {}

  look(): Alert[] {
    this.player.passHeard([ALERTS]);
    return this.waiting.splice(0);
  }

  *all(): Iterable<Alert> {
    yield* [...this.alertsOn].reverse();
    yield* [...this.ended].reverse();
  }

  on(): Iterable<Alert> {
    return this.alertsOn;
  }

  find(key: string): Alert | undefined {
    return [...this.all()].find((alert) => alert.key === key);
  }

  stop(): void {}
}
