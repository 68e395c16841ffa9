import type { ServiceCount, ServiceKey } from '../../capture/records/service-record.ts';
import type { ServiceFeed } from '../../views/services/service-feed.ts';
import { hearing } from '../hearing.ts';
import { fromJson } from '../log.ts';
import type { Player } from '../player.ts';
import type { Recorder } from '../recorder.ts';

/** How long servers took, as it was counted up to a look. */
export const SERVICES = 'services';

export interface ToldServices {
  /** Those that answered since the look before. */
  counts?: [ServiceKey, ServiceCount][];
  /** Those that are counted from nothing on again. */
  forgotten?: ServiceKey[];
}

/** What is counted of services is written down at each look. */
export function recordingServices(feed: ServiceFeed, recorder: Recorder): ServiceFeed {
  const answers = new Map<string, number>();
  const tell = (told: ToldServices) => recorder.tell(SERVICES, told);
  return {
    ...hearing(recorder, SERVICES, feed, ['loss']),
    start: (nowNs) => feed.start(nowNs),
    pause: () => feed.pause(),
    sweep(visit) {
      const counts: [ServiceKey, ServiceCount][] = [];
      feed.sweep((key, count) => {
        if (answers.get(idOf(key)) !== count.answers) counts.push([key, count]);
        answers.set(idOf(key), count.answers);
        visit(key, count);
      });
      if (counts.length > 0) tell({ counts });
    },
    forget(key) {
      answers.delete(idOf(key));
      tell({ forgotten: [key] });
      feed.forget(key);
    },
    stop: () => feed.stop(),
  };
}

/** The same as it was recorded. */
export class RecordedServices implements ServiceFeed {
  private readonly counted = new Map<string, [ServiceKey, ServiceCount]>();

  constructor(private readonly player: Player) {
    player.hear(SERVICES, (bytes) => {
      const { counts = [], forgotten = [] } = fromJson<ToldServices>(bytes);
      for (const told of counts) this.counted.set(idOf(told[0]), told);
      for (const key of forgotten) this.forget(key);
    });
  }

  start(): void {}

  pause(): void {}

  sweep(visit: Parameters<ServiceFeed['sweep']>[0]): void {
    this.player.passHeard([SERVICES]);
    for (const told of this.counted.values()) visit(...told);
  }

  forget(key: ServiceKey): void {
    this.counted.delete(idOf(key));
  }

  loss(): ReturnType<ServiceFeed['loss']> {
    const told = this.player.answer(`${SERVICES}.loss`, []);
    return (told ?? { answers: 0, unfollowed: 0 }) as ReturnType<ServiceFeed['loss']>;
  }

  stop(): void {}
}

export const idOf = ({ pid, port }: ServiceKey): string => `${pid}:${port}`;
