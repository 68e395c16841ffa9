import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { TRAFFIC_CONTROL } from '../../abi/traffic.ts';
import { attachRequired, type Loaded, loadObject, skippedRuns } from '../../attach/objects.ts';
import type { WireCount } from '../../model/wire.ts';
import type { TrafficFeed } from '../../views/traffic/traffic-feed.ts';
import { type OwnerMaps, SocketOwners } from '../accounting/socket-owners.ts';
import type { TrafficSample } from '../records/traffic-record.ts';
import { type TrafficReader, trafficReader } from '../records/traffic-record.ts';
import { type WireOwner, wireOwnerReader } from '../records/wire-record.ts';

const PROGRAMS = ['flow_received', 'flow_sent'];
/** Scratches in the programs: one to receive, one to send. */
const SCRATCHES = 2;

export interface TrafficCounterOptions extends OwnerMaps {
  haveCookies: boolean;
  /** Flows that find room; as many as bpf/abi/sizes.h says where it is not told. */
  flowsMost?: number;
  verbose?: ((line: string) => void) | undefined;
}

/** The programs that count frames by flow, and their maps. They are attached while somebody looks. */
export class TrafficCounter implements TrafficFeed {
  private readonly loaded: Loaded;
  private readonly flowMap: BpfMap;
  private readonly reader: TrafficReader;
  private readonly owners: SocketOwners;
  private readonly control;
  private links = new Map<string, Link>();

  /** Throws a CaptureError where the kernel refuses a program. */
  constructor({ owners, flows, haveCookies, flowsMost, verbose }: TrafficCounterOptions) {
    this.loaded = loadObject({
      name: 'traffic',
      programs: PROGRAMS,
      required: new Set(PROGRAMS),
      prepare(object, btf) {
        object.share(owners);
        object.share(flows);
        object.setMaxEntries('packets', SCRATCHES);
        if (flowsMost !== undefined) object.setMaxEntries('traffic_flows', flowsMost);
        setKnobs(object, btf, { has_socket_cookie: haveCookies });
      },
      verbose,
    });
    const { object, btf } = this.loaded;
    this.flowMap = object.map('traffic_flows');
    this.reader = trafficReader(btf);
    this.control = codecOf(btf, TRAFFIC_CONTROL);
    this.owners = new SocketOwners({ owners, flows }, btf, wireOwnerReader(btf));
    this.start();
  }

  get capacity(): number {
    return this.flowMap.maxEntries;
  }

  start(): void {
    if (this.links.size === 0) this.links = attachRequired(this.loaded, PROGRAMS);
  }

  pause(): void {
    for (const link of this.links.values()) link.destroy();
    this.links.clear();
  }

  watch(netns: number): void {
    this.loaded.object.map('traffic_controls').write(0, this.control.bytes({ netns }));
  }

  sweep(visit: (id: string, sample: TrafficSample) => void): void {
    this.flowMap.forEach((key, _, values, at) => {
      visit(key.toString('latin1'), this.reader.sample(key, values, at));
    });
  }

  others(visit: (netns: number, index: number, count: WireCount) => void): void {
    const { object } = this.loaded;
    object.map('traffic_others').forEach((key, value) => {
      const device = this.reader.device(key);
      visit(device.netns, device.interface, this.reader.count(value));
    });
    visit(0, 0, this.reader.count(object.map('traffic_rest').read(0)));
  }

  take(id: string): WireCount | null {
    const value = this.flowMap.take(Buffer.from(id, 'latin1'));
    return value && this.reader.count(value);
  }

  owner(id: string): WireOwner | null {
    const key = Buffer.from(id, 'latin1');
    const value = this.flowMap.lookup(key);
    if (!value) return null;
    const { cookie, flow } = this.reader.lookup(key, value);
    return cookie ? this.owners.ofSocket(cookie) : this.owners.ofFlow(flow);
  }

  skipped(): number {
    return skippedRuns(this.loaded, PROGRAMS);
  }

  stop(): void {
    this.pause();
    this.loaded.object.close();
  }
}
