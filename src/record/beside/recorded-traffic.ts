import type { TrafficSample } from '../../capture/records/traffic-record.ts';
import type { WireOwner } from '../../capture/records/wire-record.ts';
import type { WireCount } from '../../model/wire.ts';
import type { TrafficFeed } from '../../views/traffic/traffic-feed.ts';
import { namesFromJson } from '../log.ts';
import type { Player } from '../player.ts';
import { type ToldFlow, type ToldTraffic, TRAFFIC } from './traffic.ts';

const NOBODY: WireOwner = { pid: 0, startNs: 0, uid: 0, comm: '' };

/** Traffic as it was recorded. */
export class RecordedTraffic implements TrafficFeed {
  private readonly flows = new Map<string, ToldFlow>();
  private readonly devices = new Map<string, [netns: number, device: number, count: WireCount]>();

  constructor(private readonly player: Player) {
    player.hear(TRAFFIC, (bytes) => this.hear(namesFromJson<ToldTraffic>(bytes)));
  }

  get capacity(): number {
    return Number(this.player.answer(`${TRAFFIC}.capacity`, []) ?? Number.POSITIVE_INFINITY);
  }

  watch(): void {}

  start(): void {}

  pause(): void {}

  sweep(visit: (id: string, sample: TrafficSample) => void): void {
    this.player.passHeard([TRAFFIC]);
    for (const [id, told] of this.flows) visit(id, sampleOf(told));
  }

  others(visit: Parameters<TrafficFeed['others']>[0]): void {
    for (const told of this.devices.values()) visit(...told);
  }

  take(id: string): WireCount | null {
    this.player.passHeard([TRAFFIC]);
    const told = this.flows.get(id);
    this.flows.delete(id);
    return told?.count ?? null;
  }

  owner(id: string): WireOwner | null {
    return this.flows.get(id)?.owner ?? null;
  }

  skipped(): number {
    return Number(this.player.answer(`${TRAFFIC}.skipped`, []) ?? 0);
  }

  stop(): void {}

  private hear({ flows = [], others = [], owners = [] }: ToldTraffic): void {
    for (const flow of flows) this.flows.set(String(flow.number), flow);
    for (const other of others) this.devices.set(`${other[0]} ${other[1]}`, other);
    for (const [number, owner] of owners) {
      const flow = this.flows.get(String(number));
      if (flow) flow.owner = owner;
    }
  }
}

function sampleOf({ flow, count, owner }: ToldFlow): TrafficSample {
  return { count, pid: owner?.pid ?? 0, flow: () => flow, owner: () => owner ?? NOBODY };
}
