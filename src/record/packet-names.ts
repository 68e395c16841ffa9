import { codecOf, type Layouts } from '../abi/layout.ts';
import { PACKET_EVENT } from '../abi/packet.ts';
import type { Machine } from '../machine/machine.ts';
import type { Feed } from '../views/feed.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';

/** Asked again after so many, or so long: names change, and what was asked long ago may be forgotten. */
const MOST = 10_000;
const OLD_NS = 30e9;

/**
 * Asks for the names of traced packets, as their rows would, when a number is new: who looks at the recording may
 * look at any of them.
 */
export class PacketNames {
  private readonly asked: { forget(): void }[] = [];
  private beganNs = 0;

  constructor(
    private readonly machine: Machine,
    private readonly feed: Pick<Feed, 'owner' | 'ownerName'>,
  ) {}

  /** Once in a while all are asked for anew. */
  tick(nowNs: number): void {
    if (nowNs - this.beganNs < OLD_NS) return;
    this.beganNs = nowNs;
    for (const one of this.asked) one.forget();
  }

  /** `see`: a record in the memory of the trace. */
  of(trace: TraceFeed, layouts: Layouts): { see(view: DataView, at: number): void } {
    const { machine } = this;
    const { get, at: offsets } = codecOf(layouts, PACKET_EVENT);
    const { points, owners, processes, running, netns, reasons, devices, stacks } = this.numbers(trace);
    /** By half of the address: the whole is an object to be made. */
    const places = new Set<number>();
    this.asked.push({ forget: () => places.clear() });
    return {
      see(view, at) {
        points.see(get.point(view, at));
        const inode = get.netns(view, at);
        devices.see(inode * DEVICES + get.interface(view, at));
        netns.see(inode);
        const pid = get.pid(view, at);
        if (pid !== 0) {
          owners.see(get.cookie(view, at));
          processes.see(pid);
        }
        const current = get.current_pid(view, at);
        if (current !== 0) running.see(current);
        reasons.see(get.reason(view, at));
        const stack = get.stack(view, at);
        if (stack !== 0) stacks.see(stack);
        const low = view.getUint32(at + offsets.place, true);
        if (low === 0 || places.has(low)) return;
        if (places.size >= MOST) places.clear();
        places.add(low);
        const place = get.place(view, at);
        machine.place(place);
        if (get.nf_hook(view, at) !== 0) trace.chain(place);
      },
    };
  }

  private numbers(trace: TraceFeed) {
    const { machine, feed } = this;
    const often = {
      points: new Once((point) => trace.name(point)),
      owners: new Once((cookie) => feed.owner(cookie) && feed.ownerName(cookie)),
      processes: new Once((pid) => machine.processName(pid)),
      running: new Once((pid) => machine.runningName(pid)),
      netns: new Once((inode) => machine.netnsName(inode)),
      reasons: new Once((reason) => machine.reason(reason)),
      devices: new Once((device) => machine.interfaceName(device % DEVICES, Math.floor(device / DEVICES))),
    };
    this.asked.push(...Object.values(often)); // stacks stay: of each all symbols would be asked for
    const stacks = new Once((stack) => {
      for (const address of trace.stack(stack)) machine.symbol(address);
    });
    return { ...often, stacks };
  }
}

/** Numbers of interfaces that there may be, in one number with the network namespace's. */
const DEVICES = 2 ** 20;

/** Asks for each once in a while; most are the one before. */
class Once {
  private readonly known = new Set<number>();
  private last: number | null = null;

  constructor(private readonly ask: (one: number) => unknown) {}

  see(one: number): void {
    if (one === this.last) return;
    this.last = one;
    const { known } = this;
    if (known.has(one)) return;
    if (known.size >= MOST) known.clear();
    known.add(one);
    this.ask(one);
  }

  forget(): void {
    this.known.clear();
    this.last = null;
  }
}
