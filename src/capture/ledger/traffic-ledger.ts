import { evictOldest } from '../../model/oldest.ts';
import type { WireCount } from '../../model/wire.ts';
import type { TrafficFlow, TrafficSample } from '../records/traffic-record.ts';
import type { WireOwner } from '../records/wire-record.ts';
import { Counted } from './traffic-count.ts';
import { addFrames, NO_FRAMES } from './wire-samples.ts';

/** A flow that rested for so long leaves the kernel once its map is half full; the shorter time once it is nearly full. */
const IDLE_NS = 60e9;
const SHORT_IDLE_NS = 10e9;
const NEARLY_FULL = 7 / 8;
/** How long a flow's process is looked for: going through all open files may take its time. */
const LEARN_NS = 15e9;
/** Earlier flows that are kept apart; the oldest are summed up by device. */
const MOST_EARLIER = 32_768;

/** Where counts come from. */
export interface TrafficCounts {
  readonly capacity: number;
  sweep(visit: (id: string, sample: TrafficSample) => void): void;
  others(visit: (netns: number, device: number, count: WireCount) => void): void;
  take(id: string): WireCount | null;
  owner(id: string): WireOwner | null;
}

/** The port of the server, as the lower one of the two; 0: there are none. */
export const servicePort = ({ nearPort, farPort }: TrafficFlow): number => Math.min(nearPort, farPort);

/**
 * All that was counted, so that its sum is that of the devices: what leaves the kernel's map goes on in a sum of what it has
 * in common with others, and no byte is in two. Times are monotonic, ns.
 */
export class TrafficLedger {
  private readonly flows = new Map<string, Counted>();
  private readonly earlier = new Map<string, Counted>();
  private readonly others = new Map<string, Counted>();
  /** What of each of `others` the kernel did not count. */
  private readonly settled = new Map<Counted, WireCount>();

  /** `isOwn`: whether the near end of a flow is of this machine, so that it may have a process. */
  constructor(
    private readonly counts: TrafficCounts,
    private readonly isOwn: (flow: TrafficFlow) => boolean,
  ) {}

  *all(): Generator<Counted> {
    yield* this.flows.values();
    yield* this.earlier.values();
    yield* this.others.values();
  }

  tick(nowNs: number): void {
    this.counts.sweep((id, sample) => this.see(id, sample, nowNs));
    this.counts.others((netns, device, count) => {
      if (count.rxPackets + count.txPackets === 0) return;
      const other = this.other(netns, device, nowNs);
      other.take(addFrames(count, this.settled.get(other) ?? NO_FRAMES), nowNs);
    });
    this.makeRoom(nowNs);
  }

  reset(): void {
    for (const counted of this.all()) counted.reset();
  }

  restore(): void {
    for (const counted of this.all()) counted.restore();
  }

  private see(id: string, sample: TrafficSample, nowNs: number): void {
    const counted = this.flows.get(id) ?? this.open(id, sample.flow(), nowNs);
    counted.take(sample.count, nowNs);
    if (counted.owner !== null) return;
    if (sample.pid !== 0) counted.owner = sample.owner();
    else if (nowNs - counted.sinceNs < LEARN_NS && this.isOwn(sample.flow()))
      counted.owner = this.counts.owner(id);
  }

  private open(id: string, flow: TrafficFlow, nowNs: number): Counted {
    const counted = new Counted(flow, flow.netns, flow.interface, nowNs);
    this.flows.set(id, counted);
    return counted;
  }

  private makeRoom(nowNs: number): void {
    const { size } = this.flows;
    const { capacity } = this.counts;
    if (size <= capacity / 2) return;
    const idleNs = size > capacity * NEARLY_FULL ? SHORT_IDLE_NS : IDLE_NS;
    for (const [id, counted] of this.flows) {
      if (nowNs - counted.grewNs <= idleNs) continue;
      const last = this.counts.take(id);
      if (last) counted.take(last, nowNs);
      this.flows.delete(id);
      this.settle(counted, nowNs);
    }
  }

  /** Goes on as one of the earlier flows of its server; the oldest of these with what found no room. */
  private settle(counted: Counted, nowNs: number): void {
    if (counted.flow === null) return;
    const flow = withoutClient(counted.flow);
    const { owner } = counted;
    const key = [...Object.values(flow), owner?.pid, owner?.startNs].join(' ');
    const earlier = this.earlier.get(key) ?? new Counted(flow, flow.netns, flow.interface, nowNs);
    earlier.owner = owner;
    earlier.takeIn(counted);
    this.earlier.set(key, earlier);
    const oldest = evictOldest(this.earlier, MOST_EARLIER)?.[1];
    if (!oldest) return;
    const other = this.other(oldest.netns, oldest.device, nowNs);
    this.settled.set(other, addFrames(this.settled.get(other) ?? NO_FRAMES, oldest.count));
    other.takeIn(oldest);
  }

  private other(netns: number, device: number, nowNs: number): Counted {
    const key = `${netns} ${device}`;
    const other = this.others.get(key) ?? new Counted(null, netns, device, nowNs);
    this.others.set(key, other);
    return other;
  }
}

function withoutClient(flow: TrafficFlow): TrafficFlow {
  const port = servicePort(flow);
  const isFar = port === flow.farPort;
  return { ...flow, nearPort: isFar ? 0 : port, farPort: isFar ? port : 0 };
}
