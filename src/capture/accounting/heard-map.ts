import { viewOf } from '../../../native/fields.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { HEARD_MESSAGE } from '../../abi/life.ts';
import { attachAll, type Loaded } from '../../attach/objects.ts';
import type { RunningKernel } from '../../attach/running-kernel.ts';
import type { SocketWire } from '../ledger/books.ts';
import { type IcmpSample, icmpReader } from '../records/life-record.ts';

/** What the kernel calls of TCP for a message. */
const TOLD = ['tcp_v4_err', 'tcp_v6_err'];
/** A sweep finds the error of a connection that nobody answers in each tick, or each look at open files. */
const HELD_NS = 3e9;
/** What no sweep has found for so long is over. Between two retransmissions are two minutes at most. */
const KEPT_NS = 130e9;

/** Programs that see messages come, where functions can be followed: attached all the time. */
export function heardHooks(kernel: RunningKernel): string[] {
  if (kernel.refusal('fentry') !== null) return [];
  return TOLD.filter((name) => kernel.types.hasFunction(name)).map((name) => `enter_${name}`);
}

/** Elsewhere the program that sees every frame that comes in. */
export function frameHooks(kernel: RunningKernel): string[] {
  return heardHooks(kernel).length > 0 ? [] : ['on_frame'];
}

/** ICMP messages about open TCP connections, as the kernel's map has them. */
export class HeardMap {
  private readonly map: BpfMap;
  private readonly value;
  private readonly icmp;
  /** Connections that were told of in the last tick. */
  private told = new Set<number>();
  private links: Link[] = [];

  constructor(
    private readonly loaded: Loaded,
    private readonly frames: readonly string[],
  ) {
    this.map = loaded.object.map('heard_messages');
    this.value = codecOf(loaded.btf, HEARD_MESSAGE);
    this.icmp = icmpReader(loaded.btf);
  }

  /** After the sweep: tells of connections that a message is about, and of those of which it is none any more. */
  read(nowNs: number, tell: SocketWire['heard']): void {
    const { cookie, mtu, message } = this.value.get;
    const before = this.told;
    this.told = new Set();
    const over: Buffer[] = [];
    let isWanted = false;
    this.map.forEach((key, value) => {
      const view = viewOf(value);
      const [held, newest] = this.times(view);
      if (nowNs - newest > KEPT_NS) over.push(Buffer.from(key));
      if (held > 0) isWanted = true;
      const found: IcmpSample | null = this.icmp(view, message(view, 0));
      const isInForce = mtu(view, 0) > 0 || nowNs - held < HELD_NS;
      if (!found || !isInForce || cookie(view, 0) === 0) return;
      this.told.add(cookie(view, 0));
      tell(cookie(view, 0), found, mtu(view, 0));
    });
    for (const gone of before) if (!this.told.has(gone)) tell(gone, null, 0);
    for (const key of over) this.map.remove(key);
    this.watch(isWanted);
  }

  stop(): void {
    for (const link of this.links) link.destroy();
    this.links = [];
  }

  private times(view: DataView): [heldNs: number, newestNs: number] {
    const held = this.value.get.held_ns(view, 0);
    return [held, Math.max(held, this.value.get.at_ns(view, 0))];
  }

  /** Frames are looked at only while a connection has an error: its next segments bring the message again. */
  private watch(isWanted: boolean): void {
    if (!isWanted) this.stop();
    else if (this.links.length === 0) this.links = [...attachAll(this.loaded, this.frames).values()];
  }
}
