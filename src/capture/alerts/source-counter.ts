import { viewOf } from '../../../native/fields.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { FLOOD, FLOOD_KEY } from '../../abi/flood.ts';
import { codecOf } from '../../abi/layout.ts';
import { attachRequired, type Loaded, loadObject } from '../../attach/objects.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Arrivals } from '../../model/alerts/look.ts';

const PROGRAM = 'count_source';
/** By enum flood_kind. */
const KINDS = ['datagrams', 'messages', 'fragments', 'resets'] as const;

/** The program that counts what comes by source network, in the kernel only from start() to pause(). */
export class SourceCounter {
  private readonly loaded: Loaded;
  private readonly floods: BpfMap;
  private readonly key;
  private readonly flood;
  private link: Link | undefined;

  /** Throws a CaptureError where the kernel refuses the program. */
  constructor(verbose: ((line: string) => void) | undefined) {
    this.loaded = loadObject({
      name: 'alerts',
      programs: [PROGRAM],
      required: new Set([PROGRAM]),
      prepare: (object) => object.setMaxEntries('packets', 1),
      verbose,
    });
    const { object, btf } = this.loaded;
    this.floods = object.map('floods');
    this.key = codecOf(btf, FLOOD_KEY);
    this.flood = codecOf(btf, FLOOD);
  }

  /** Counts begin at nothing. */
  start(): void {
    if (this.link) return;
    const old: Buffer[] = [];
    this.floods.forEach((key) => {
      old.push(Buffer.from(key));
    });
    for (const key of old) this.floods.remove(key);
    this.link = attachRequired(this.loaded, [PROGRAM]).get(PROGRAM);
  }

  pause(): void {
    this.link?.destroy();
    this.link = undefined;
  }

  /** What came to a network namespace since the start. */
  read(wanted: number): Arrivals[] {
    const found: Arrivals[] = [];
    const { get } = this.key;
    this.floods.forEach((bytes, value) => {
      const [key, view] = [viewOf(bytes), viewOf(value)];
      if (get.netns(key, 0) !== wanted) return;
      const network = formatAddress(get.network(key, 0));
      found.push({
        kind: KINDS[get.kind(key, 0)] ?? 'datagrams',
        network: network.includes(':') ? `${network}/64` : `${network}/24`,
        port: get.port(key, 0) || null,
        packets: this.flood.get.packets(view, 0),
        bytes: this.flood.get.bytes(view, 0),
      });
    });
    return found;
  }

  stop(): void {
    this.pause();
    this.loaded.object.close();
  }
}
