import { CALL } from '../../abi/life.ts';
import type { RouteRefusals } from '../../capture/ledger/route-refusals.ts';
import type { EventSample } from '../../capture/records/life-record.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { FailedCall } from '../../model/run.ts';
import { type EventNames, toEvent } from '../connections/life-rows.ts';

/** Different ones, of all processes of the machine. */
const MOST = 10_000;

/** Calls to send and receive that failed: those that failed alike are one. */
export class FailedCalls {
  /** Those that made room for newer ones. */
  forgotten = 0;
  private readonly found = new Map<string, FailedCall>();

  /** `names` is asked where a failure is new, and a moment after it the routes why. */
  constructor(
    private readonly routes: Pick<RouteRefusals, 'of'>,
    private readonly names: () => EventNames,
  ) {}

  take(sample: EventSample): void {
    const key = keyOf(sample);
    const known = this.found.get(key);
    if (known) {
      known.count++;
      return;
    }
    const refused = sample.call === CALL.send ? this.routes.of({ ...sample, device: 0 }) : 0;
    this.found.set(key, { row: toEvent(sample, this.names(), refused), count: 1 });
    const oldest = evictOldest(this.found, MOST);
    if (oldest) this.forgotten += oldest[1].count;
  }

  /** Of these processes, in the order in which they began to fail. */
  of(pids: ReadonlySet<number>): FailedCall[] {
    return [...this.found.values()]
      .filter(({ row }) => row.pid !== null && pids.has(row.pid))
      .map((call) => ({ ...call }));
  }
}

function keyOf({ pid, call, error, protocol, remote, remotePort, icmp }: EventSample): string {
  const message = icmp ? [icmp.family, icmp.type, icmp.code, ...icmp.sender] : [];
  return [pid, call, error, protocol, remotePort, ...remote, ...message].join(' ');
}
