import { codecOf, type Layouts } from '../abi/layout.ts';
import { PACKET_EVENT } from '../abi/packet.ts';
import type { Machine } from '../machine/machine.ts';
import type { Feed } from '../views/feed.ts';
import type { TraceFeed } from '../views/trace/trace-feed.ts';

/** Asked again after so many: names change, and what was asked long ago may be forgotten. */
const MOST = 10_000;

/**
 * Asks for the names of traced packets, as their rows would, when a number is new: who looks at the recording may
 * look at any of them.
 */
export class PacketNames {
  constructor(
    private readonly machine: Machine,
    private readonly ownerName: Feed['ownerName'],
  ) {}

  /** `see`: a record in the memory of the trace. */
  of(trace: TraceFeed, layouts: Layouts): { see(view: DataView, at: number): void } {
    const { machine, ownerName } = this;
    const { get, at: offsets } = codecOf(layouts, PACKET_EVENT);
    const points = once((point: number) => trace.name(point));
    const owners = once((cookie: number) => ownerName(cookie));
    const processes = once((pid: number) => machine.processName(pid));
    const running = once((pid: number) => machine.runningName(pid));
    const netns = once((inode: number) => machine.netnsName(inode));
    const reasons = once((reason: number) => machine.reason(reason));
    const stacks = once((stack: number) => {
      for (const address of trace.stack(stack)) machine.symbol(address);
    });
    const devices = once((device: number) => {
      machine.interfaceName(device % DEVICES, Math.floor(device / DEVICES));
    });
    /** By half of the address: the whole is an object to be made. */
    const places = new Set<number>();
    return {
      see(view, at) {
        points(get.point(view, at));
        const inode = get.netns(view, at);
        devices(inode * DEVICES + get.interface(view, at));
        netns(inode);
        const pid = get.pid(view, at);
        if (pid !== 0) {
          owners(get.cookie(view, at));
          processes(pid);
        }
        const current = get.current_pid(view, at);
        if (current !== 0) running(current);
        reasons(get.reason(view, at));
        const stack = get.stack(view, at);
        if (stack !== 0) stacks(stack);
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
}

/** Numbers of interfaces that there may be, in one number with the network namespace's. */
const DEVICES = 2 ** 20;

/** Asks for each once in a while. */
function once<T>(ask: (one: T) => void): (one: T) => void {
  const asked = new Set<T>();
  return (one) => {
    if (asked.has(one)) return;
    if (asked.size >= MOST) asked.clear();
    asked.add(one);
    ask(one);
  };
}
