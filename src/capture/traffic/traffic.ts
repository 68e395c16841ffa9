import type { Refusals } from '../../attach/refusals.ts';
import { monotonicNs } from '../../machine/clock.ts';
import { type Devices, type Interfaces, isAnother, readDevices } from '../../machine/interfaces.ts';
import type { WireCount, WireInterface, WireStatus } from '../../model/traffic.ts';
import type { Accounting } from '../accounting/accounting.ts';
import { forgetWire, nobody } from '../ledger/nobody.ts';
import { WireCounter } from './counter.ts';
import { bytesOf, type InterfaceTraffic, WireLedger } from './ledger.ts';
import { NO_FIGURES, NO_FRAMES, subtractFrames } from './samples.ts';

/** Traffic on the wire, counted while it is asked for and not in the kernel otherwise. */
export class WireTraffic {
  private readonly ledger = new WireLedger();
  private counter: WireCounter | null = null;
  /** The devices' own counters: when the counts began, where the time that rates are over begins, and now. */
  private devices: { began: Map<number, WireCount>; before: Devices; now: Devices } = {
    began: new Map(),
    before: new Map(),
    now: new Map(),
  };
  private open = false;

  constructor(
    private readonly accounting: Accounting,
    private readonly interfaces: Interfaces,
    private readonly refusals: Refusals,
    private readonly verbose?: (line: string) => void,
  ) {}

  show(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    if (!open) {
      this.counter?.pause();
      forgetWire(this.accounting.ledger.people.processes);
      return;
    }
    this.counter ??= this.refusals.make('wire', () => this.newCounter());
    this.counter?.start();
    this.restart();
  }

  /** Before the accounting's tick, which forgets the owners of sockets that are gone. */
  tick(nowNs: number, enough: number): void {
    const { counter, ledger } = this;
    if (!this.open || !counter) return;
    ledger.tick(nowNs, enough, (visit) => counter.sweep(nowNs, visit));
    const before = ledger.clock.isJoined ? this.devices.before : this.devices.now;
    this.devices = { ...this.devices, before, now: readDevices() };
    this.takeNewDevices();
    const { people } = this.accounting.ledger;
    const nothing = ledger.clock.isKnown ? NO_FIGURES : { ...NO_FIGURES, rxRate: null, txRate: null };
    for (const process of people.processes.values()) process.wire = nothing;
    for (const { owner, cause, figures } of ledger.movers.values()) {
      const process = owner
        ? people.get(owner.pid, owner.startNs, owner.uid, owner.comm, nowNs)
        : nobody(people.processes, cause, nowNs);
      process.wire = figures;
    }
  }

  resetTotals(): void {
    if (this.open) this.restart();
  }

  /** null while it is off, or where the kernel refuses it. */
  status(): WireStatus | null {
    if (!this.open || !this.counter) return null;
    const lost = this.counter.lost();
    return {
      interfaces: [...this.ledger.interfaces.values()].map((traffic) => this.row(traffic)),
      lostPackets: lost.packets,
      lostBytes: lost.bytes,
    };
  }

  stop(): void {
    this.counter?.stop();
  }

  private restart(): void {
    this.counter?.restart();
    this.ledger.restart(monotonicNs());
    const now = readDevices();
    this.devices = { began: new Map(now), before: now, now };
  }

  private row(traffic: InterfaceTraffic): WireInterface {
    const { index, netns, ...counted } = traffic;
    const name = this.interfaces.name(index, netns, monotonicNs());
    const isOwn = netns === this.interfaces.netns;
    const recent = isOwn ? this.moved(index, this.devices.before) : null;
    const rate = this.ledger.attribution(traffic, recent && bytesOf(recent));
    return { ...counted, name, netns, device: isOwn ? this.moved(index, this.devices.began) : null, rate };
  }

  /** By the device's own counters; null: there is none of that number, or it was not there then. */
  private moved(index: number, since: ReadonlyMap<number, WireCount>): WireCount | null {
    const now = this.devices.now.get(index);
    const was = since.get(index);
    return now && was && !isAnother(was, now) ? subtractFrames(now, was) : null;
  }

  /** One that came since the counts began had, by then, what was not seen of it: it may be from elsewhere. */
  private takeNewDevices(): void {
    const { began, before, now } = this.devices;
    for (const [index, device] of now) {
      const was = before.get(index);
      if (began.has(index) && !(was && isAnother(was, device))) continue;
      const seen = this.ledger.interfaces.get(`${this.interfaces.netns} ${index}`)?.buffers ?? NO_FRAMES;
      began.set(index, leastZero(subtractFrames(device, seen)));
    }
  }

  private newCounter(): WireCounter {
    const { loaded, haveCookies } = this.accounting.sockets;
    const { object } = loaded;
    const maps = { owners: object.map('owners'), flows: object.map('flows') };
    return new WireCounter({ ...maps, haveCookies, verbose: this.verbose });
  }
}

const leastZero = ({ rxPackets, rxBytes, txPackets, txBytes }: WireCount): WireCount => ({
  rxPackets: Math.max(0, rxPackets),
  rxBytes: Math.max(0, rxBytes),
  txPackets: Math.max(0, txPackets),
  txBytes: Math.max(0, txBytes),
});
