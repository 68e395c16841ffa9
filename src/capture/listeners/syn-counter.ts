import { u64, viewOf } from '../../../native/fields.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { SYN_SOURCE, SYN_TOTAL } from '../../abi/syn.ts';
import { type Loaded, loadObject } from '../../attach/objects.ts';
import { attachAtRoot } from '../../attach/root-links.ts';
import type { SynCount, SynCounts, SynFeed } from '../../views/listeners/syn-feed.ts';

const PROGRAMS = ['count_syn'];
const MAPS = ['syn_addresses', 'syn_networks', 'syn_totals'] as const;
const number = u64.reader(0);

export interface SynCounterOptions {
  /** How the accounting side names sockets. */
  haveCookies: boolean;
  verbose?: ((line: string) => void) | undefined;
}

/** The program that counts SYNs to listeners by source, and its maps. */
export class SynCounter implements SynFeed {
  private readonly loaded: Loaded;
  private readonly maps: Record<(typeof MAPS)[number], BpfMap>;
  private readonly source;
  private readonly total;
  private links: Link[] = [];

  /** Throws a CaptureError where the kernel refuses it, or nettop does not see the root of cgroup v2. */
  constructor({ haveCookies, verbose }: SynCounterOptions) {
    this.loaded = loadObject({
      name: 'listeners',
      programs: PROGRAMS,
      required: new Set(PROGRAMS),
      prepare: (object, btf) => setKnobs(object, btf, { has_socket_cookie: haveCookies }),
      verbose,
    });
    const { object, btf } = this.loaded;
    const [addresses, networks, totals] = MAPS.map((name) => object.map(name)) as [BpfMap, BpfMap, BpfMap];
    this.maps = { syn_addresses: addresses, syn_networks: networks, syn_totals: totals };
    this.source = codecOf(btf, SYN_SOURCE);
    this.total = codecOf(btf, SYN_TOTAL);
    this.start();
  }

  start(): void {
    if (this.links.length > 0) return;
    for (const map of Object.values(this.maps)) empty(map);
    this.links = attachAtRoot(this.loaded, PROGRAMS, 'SYNs cannot be counted by source');
  }

  pause(): void {
    for (const link of this.links) link.destroy();
    this.links = [];
  }

  read(): Map<number, SynCounts> {
    const { syn_addresses, syn_networks, syn_totals } = this.maps;
    const found = new Map<number, SynCounts & { addresses: SynCount[]; networks: SynCount[] }>();
    const { get } = this.total;
    syn_totals.forEach((key, value) => {
      const view = viewOf(value);
      const counts = { syns: get.syns(view, 0), rest: get.rest(view, 0), addresses: [], networks: [] };
      found.set(number(viewOf(key), 0), counts);
    });
    this.sweep(syn_addresses, (listener, count) => found.get(listener)?.addresses.push(count));
    this.sweep(syn_networks, (listener, count) => found.get(listener)?.networks.push(count));
    return found;
  }

  stop(): void {
    this.pause();
    this.loaded.object.close();
  }

  private sweep(map: BpfMap, visit: (listener: number, count: SynCount) => void): void {
    const { get } = this.source;
    map.forEach((bytes, value) => {
      const key = viewOf(bytes);
      visit(get.listener(key, 0), { address: get.address(key, 0), syns: number(viewOf(value), 0) });
    });
  }
}

function empty(map: BpfMap): void {
  const old: Buffer[] = [];
  map.forEach((key) => {
    old.push(Buffer.from(key));
  });
  for (const key of old) map.remove(key);
}
