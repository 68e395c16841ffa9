import type { BpfMap } from '../../../native/map.ts';
import type { SocketOwners } from '../accounting/socket-owners.ts';
import { Unchanged } from '../ledger/wire-samples.ts';
import type { WireOwner, WireReader, WireSample } from '../records/wire-record.ts';

/** How long a socket may take to be learned: going through all open files may take its time. */
const LEARN_NS = 15e9;
/** An entry that did not change for so long leaves the kernel; one whose owner is known at once. */
const IDLE_NS = 20e9;

interface Waiting {
  sinceNs: number;
  owner: WireOwner | null;
}

/** Frames whose process is not known yet: of sockets that have not called, or not returned from their first call. */
export class WireWaiting {
  private readonly entries = new Map<string, Waiting>();
  private readonly unchanged = new Unchanged();

  constructor(
    private readonly map: BpfMap,
    private readonly reader: WireReader,
    private readonly owners: SocketOwners,
  ) {}

  /** Visits what waits, with the process where it is known by now; `settle` takes what has left the kernel. */
  sweep(nowNs: number, visit: (sample: WireSample) => void, settle: (sample: WireSample) => void): void {
    const ended: Buffer[] = [];
    this.map.forEach((key, value) => {
      const id = key.toString('latin1');
      const owner = this.ownerOf(id, key, nowNs);
      const idleNs = nowNs - this.unchanged.sinceNs(id, value, nowNs);
      if (owner ? idleNs > 0 : idleNs > IDLE_NS) ended.push(Buffer.from(key));
      else visit(this.sample(key, value, owner));
    });
    for (const key of ended) {
      const id = key.toString('latin1');
      const value = this.map.take(key);
      if (value) settle(this.sample(key, value, this.entries.get(id)?.owner ?? null));
      this.entries.delete(id);
      this.unchanged.forget(id);
    }
  }

  clear(): void {
    this.entries.clear();
    this.unchanged.clear();
  }

  private ownerOf(id: string, key: Buffer, nowNs: number): WireOwner | null {
    const known = this.entries.get(id) ?? { sinceNs: nowNs, owner: null };
    if (!known.owner && nowNs - known.sinceNs <= LEARN_NS) {
      const { cookie, flow } = this.reader.waiting(key);
      known.owner = cookie ? this.owners.ofSocket(cookie) : this.owners.ofFlow(flow);
    }
    this.entries.set(id, known);
    return known.owner;
  }

  private sample(key: Buffer, value: Buffer, owner: WireOwner | null): WireSample {
    return { ...this.reader.sample(this.reader.waiting(key).key, value), owner };
  }
}
