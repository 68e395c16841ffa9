import { forgetWire, nobody } from '../../capture/ledger/nobody.ts';
import { movedSince, NO_BASELINE, passedSince } from '../../capture/ledger/wire-baseline.ts';
import { bytesOf, type InterfaceTraffic, WireLedger } from '../../capture/ledger/wire-ledger.ts';
import { leastZero, NO_FIGURES, NO_FRAMES, subtractFrames } from '../../capture/ledger/wire-samples.ts';
import { byIndex, type Devices, isAnother } from '../../machine/interfaces.ts';
import type { Machine } from '../../machine/machine.ts';
import type { WireCount, WireInterface, WireStatus } from '../../model/wire.ts';
import type { Feed } from '../feed.ts';
import type { WireFeed } from './wire-feed.ts';

/** Traffic on the wire, counted while it is asked for and not in the kernel otherwise. */
export class WireCounts {
  private readonly ledger = new WireLedger();
  private counter: WireFeed | null = null;
  /** The devices' own counters: when the counts began, where the time that rates are over begins, and now. */
  private devices: { began: Map<number, WireCount>; before: Devices; now: Devices } = {
    began: new Map(),
    before: new Map(),
    now: new Map(),
  };
  private base = NO_BASELINE;
  private baseBefore = NO_BASELINE;
  private open = false;

  constructor(
    private readonly feed: Pick<Feed, 'books' | 'openWire'>,
    private readonly machine: Machine,
  ) {}

  show(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    if (!open) {
      this.counter?.pause();
      forgetWire(this.feed.books.ledger.people.processes);
      return;
    }
    this.counter ??= this.feed.openWire();
    this.counter?.start();
    this.restart();
  }

  /** Before the accounting's tick, which forgets the owners of sockets that are gone. */
  tick(nowNs: number, enough: number): void {
    const { counter, ledger } = this;
    if (!this.open || !counter) return;
    ledger.tick(nowNs, enough, (visit) => counter.sweep(nowNs, visit));
    const before = ledger.clock.isJoined ? this.devices.before : this.devices.now;
    this.devices = { ...this.devices, before, now: byIndex(this.machine.devices()) };
    this.takeNewDevices();
    const { people } = this.feed.books.ledger;
    const nothing = ledger.clock.isKnown ? NO_FIGURES : { ...NO_FIGURES, rxRate: null, txRate: null };
    for (const process of people.processes.values()) process.wire = nothing;
    for (const [key, { owner, cause, figures }] of ledger.movers) {
      const process = owner
        ? people.get(owner.pid, owner.startNs, owner.uid, owner.comm, nowNs)
        : nobody(people.processes, cause, nowNs);
      process.wire = movedSince(this.base, key, figures);
    }
  }

  /** The kernel goes on counting: what it has up to now is taken away from what is shown. */
  resetTotals(): void {
    if (!this.counter) return;
    const { movers, interfaces } = this.ledger;
    this.baseBefore = this.base;
    this.base = { movers, interfaces, began: this.devices.began, lost: this.counter.lost() };
    this.devices = { ...this.devices, began: new Map(this.devices.now) };
  }

  /** Totals as before the last reset, with what came since. */
  restoreTotals(): void {
    const { began: older } = this.base;
    for (const [index, device] of this.devices.began) {
      const was = older.get(index);
      if (was && !isAnother(was, device)) this.devices.began.set(index, was);
    }
    this.base = this.baseBefore;
  }

  /** null while it is off, or where the kernel refuses it. */
  status(): WireStatus | null {
    if (!this.open || !this.counter) return null;
    const lost = this.counter.lost();
    return {
      interfaces: [...this.ledger.interfaces].map(([key, traffic]) => this.row(key, traffic)),
      lostPackets: lost.packets - this.base.lost.packets,
      lostBytes: lost.bytes - this.base.lost.bytes,
    };
  }

  stop(): void {
    this.counter?.stop();
  }

  private restart(): void {
    this.counter?.restart();
    this.ledger.restart(this.machine.nowNs());
    this.base = NO_BASELINE;
    this.baseBefore = NO_BASELINE;
    const now = byIndex(this.machine.devices());
    this.devices = { began: new Map(now), before: now, now };
  }

  private row(key: string, traffic: InterfaceTraffic): WireInterface {
    const { index, netns, ...counted } = passedSince(this.base, key, traffic);
    const name = this.machine.interfaceName(index, netns);
    const isOwn = netns === this.machine.ownNetns();
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
      const seen = this.ledger.interfaces.get(`${this.machine.ownNetns()} ${index}`)?.buffers ?? NO_FRAMES;
      began.set(index, leastZero(subtractFrames(device, seen)));
    }
  }
}
