import type { Feed } from '../../views/feed.ts';
import type { Recorder } from '../recorder.ts';
import { recordingAlerts } from './alerts.ts';
import { recordingExchanges } from './recording-exchanges.ts';
import { recordingTraffic } from './recording-traffic.ts';
import { recordingServices } from './services.ts';

type Besides = Pick<Feed, 'openRequests' | 'openServices' | 'openTraffic' | 'openAlerts'>;

/** What is written down beside what the kernel told of sockets and packets; and of each, that it is there. */
export function recordingBeside(feed: Feed, recorder: Recorder): Besides {
  const opened = <T>(name: keyof Besides, part: T): T => {
    recorder.answered(`feed.${name}`, [], part !== null);
    return part;
  };
  return {
    openRequests(asked, follow) {
      const begin = opened('openRequests', feed.openRequests(asked, follow));
      return begin && recordingExchanges(begin, recorder);
    },
    openServices(nowNs) {
      const services = opened('openServices', feed.openServices(nowNs));
      return services && recordingServices(services, recorder);
    },
    openTraffic() {
      const traffic = opened('openTraffic', feed.openTraffic());
      return traffic && recordingTraffic(traffic, recorder);
    },
    openAlerts(watch) {
      const alerts = opened('openAlerts', feed.openAlerts(watch));
      return alerts && recordingAlerts(alerts, recorder);
    },
  };
}
