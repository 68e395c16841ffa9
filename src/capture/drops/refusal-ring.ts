import { readU64 } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { Ring } from '../../../native/ring.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import type { Loaded } from '../../attach/objects.ts';
import { type Refusal, refusalReader } from '../records/refusal.ts';

/** Packets that asked for something of this host and were dropped, in order. */
export class RefusalRing {
  private readonly ring: Ring;
  private readonly lostMap: BpfMap;
  private readonly reader;

  constructor({ object, btf }: Loaded) {
    const { fd, maxEntries } = object.map('refusals');
    this.reader = refusalReader(btf);
    this.ring = new Ring(fd, maxEntries, this.reader.size);
    this.lostMap = object.map('lost_refusals');
  }

  /** At most `limit` of them. */
  drain(visit: (refusal: Refusal) => void, limit: number): void {
    const { view } = this.ring.memory;
    this.ring.drain((at) => visit(this.reader.read(view, at)), limit);
  }

  /** Those that found no room, ever. */
  lost(): number {
    return readU64(sumOverCpus(this.lostMap), 0);
  }

  close(): void {
    this.ring.close();
  }
}
