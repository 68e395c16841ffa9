import type { TrafficSample } from '../../capture/records/traffic-record.ts';
import type { WireOwner } from '../../capture/records/wire-record.ts';
import type { WireCount } from '../../model/wire.ts';
import type { TrafficFeed } from '../../views/traffic/traffic-feed.ts';
import { hearing } from '../hearing.ts';
import type { Recorder } from '../recorder.ts';
import { packetsOf, type ToldFlow, type ToldTraffic, TRAFFIC } from './traffic.ts';

/** Of all network namespaces: who looks at the recording may ask for any. */
const EVERYWHERE = 0;

/** What is counted of traffic is written down at each look. */
export function recordingTraffic(feed: TrafficFeed, recorder: Recorder): TrafficFeed {
  const log = new TrafficLog(feed, recorder);
  recorder.answered(`${TRAFFIC}.capacity`, [], feed.capacity);
  return {
    ...hearing(recorder, TRAFFIC, feed, ['skipped']),
    capacity: feed.capacity,
    watch: () => feed.watch(EVERYWHERE),
    start: () => feed.start(),
    pause: () => feed.pause(),
    sweep: (visit) => log.sweep(visit),
    others: (visit) => log.others(visit),
    take: (id) => log.take(id),
    owner: (id) => log.owner(id),
    stop: () => feed.stop(),
  };
}

class TrafficLog {
  /** By their names in the kernel, those that are there, as they were told last. */
  private readonly flows = new Map<string, ToldFlow>();
  /** Packets by device. */
  private readonly devices = new Map<string, number>();
  private last = 0;

  constructor(
    private readonly feed: TrafficFeed,
    private readonly recorder: Recorder,
  ) {}

  sweep(visit: (id: string, sample: TrafficSample) => void): void {
    const flows: ToldFlow[] = [];
    this.feed.sweep((id, sample) => {
      const known = this.flows.get(id);
      if (!known || packetsOf(known.count) !== packetsOf(sample.count)) flows.push(this.see(id, sample));
      visit(id, sample);
    });
    if (flows.length > 0) this.tell({ flows });
  }

  others(visit: Parameters<TrafficFeed['others']>[0]): void {
    const others: NonNullable<ToldTraffic['others']> = [];
    this.feed.others((netns, device, count) => {
      const key = `${netns} ${device}`;
      if ((this.devices.get(key) ?? 0) !== packetsOf(count)) others.push([netns, device, { ...count }]);
      this.devices.set(key, packetsOf(count));
      visit(netns, device, count);
    });
    if (others.length > 0) this.tell({ others });
  }

  take(id: string): WireCount | null {
    const count = this.feed.take(id);
    const known = this.flows.get(id);
    if (known && count) this.tell({ flows: [{ ...known, count }] });
    this.flows.delete(id);
    return count;
  }

  owner(id: string): WireOwner | null {
    const owner = this.feed.owner(id);
    const known = this.flows.get(id);
    if (!owner || !known) return owner;
    known.owner = owner;
    this.tell({ owners: [[known.number, owner]] });
    return owner;
  }

  private see(id: string, sample: TrafficSample): ToldFlow {
    const known = this.flows.get(id);
    const owner = sample.pid === 0 ? (known?.owner ?? null) : sample.owner();
    const flow = known?.flow ?? sample.flow();
    const told = { number: known?.number ?? ++this.last, flow, count: { ...sample.count }, owner };
    this.flows.set(id, told);
    return told;
  }

  private tell(told: ToldTraffic): void {
    this.recorder.tell(TRAFFIC, told);
  }
}
