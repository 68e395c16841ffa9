import type { Player } from '../player.ts';
import { RecordedAlerts } from './alerts.ts';
import { RecordedExchanges } from './recorded-exchanges.ts';
import { RecordedTraffic } from './recorded-traffic.ts';
import { RecordedServices } from './services.ts';

/** What stands in a recording beside what the kernel told of sockets and packets: each is read from when it is asked for. */
export class Beside {
  private exchanges: RecordedExchanges | null = null;
  private counted: RecordedServices | null = null;
  private frames: RecordedTraffic | null = null;
  private watch: RecordedAlerts | null = null;

  constructor(private readonly player: Player) {}

  get requests(): RecordedExchanges {
    this.exchanges ??= new RecordedExchanges(this.player);
    return this.exchanges;
  }

  get services(): RecordedServices {
    this.counted ??= new RecordedServices(this.player);
    return this.counted;
  }

  get traffic(): RecordedTraffic {
    this.frames ??= new RecordedTraffic(this.player);
    return this.frames;
  }

  get alerts(): RecordedAlerts {
    this.watch ??= new RecordedAlerts(this.player);
    return this.watch;
  }

  /** All of it is read from now on: any may be asked for at a later moment. */
  keep(): void {
    void [this.requests, this.services, this.traffic, this.alerts];
  }
}
