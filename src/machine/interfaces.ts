import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { interfaceNames } from '../../native/interfaces.ts';
import type { Link } from '../../native/links.ts';
import type { Throughput } from '../model/model.ts';
import { sanitize } from '../text/text.ts';
import { DeviceNames } from './device-names.ts';
import { outwardDevices } from './outward.ts';
import { RateClock } from './rate-clock.ts';

const HISTORY = 60;
/** LOOPBACK_IFINDEX in include/net/flow.h */
const LOOPBACK = 1;

/** Devices by number, which is theirs alone: a name may go to another device. */
export type Devices = ReadonlyMap<number, Link>;

type Counters = Pick<Link, 'rxBytes' | 'txBytes'>;

/** Runs something in a network namespace; null: it is not known, or cannot be entered. */
export type Within = <T>(netns: number, act: () => T) => T | null;

/** What the interfaces moved, as the kernel counts it. */
export class Throughputs {
  readonly network = emptyThroughput();
  readonly loopback = emptyThroughput();
  private before: Devices | null = null;
  private readonly clock = new RateClock();

  /** Takes in the totals; rates are since the last call, and there are none over less than `enough` seconds. */
  update(now: Devices, atNs: number, enough = 0): void {
    this.clock.look(atNs, enough);
    if (this.before) {
      const moved = movedSince(this.before, now);
      advance(this.network, moved.network, this.clock);
      advance(this.loopback, moved.loopback, this.clock);
    }
    this.before = now;
  }
}

/** Interface names by index. */
export class InterfaceNames {
  private readonly names: DeviceNames;

  constructor(
    private readonly own: () => number,
    within: Within = () => null,
  ) {
    this.names = new DeviceNames((netns) =>
      netns === own() ? interfaceNames() : within(netns, interfaceNames),
    );
  }

  /** "#12" for one whose name is not known; lo is number 1 in each namespace. */
  name(index: number, netns: number, nowNs: number): string {
    if (index === 0) return '';
    if (index === LOOPBACK) return 'lo';
    return this.names.get(index, netns || this.own(), nowNs) ?? `#${index}`;
  }

  /** Of an interface of the own namespace; null: there is none. */
  index(name: string): number | null {
    for (const [index, known] of interfaceNames()) if (sanitize(known) === name) return index;
    return null;
  }
}

/** All addresses of the interfaces of the thread's network namespace. */
export function ownAddresses(): Set<string> {
  return new Set(
    Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address)),
  );
}

/** Inode of this process's network namespace. */
export function ownNetns(): number {
  return statSync('/proc/self/ns/net').ino;
}

function emptyThroughput(): Throughput {
  return { rxRate: null, txRate: null, rxHistory: [], txHistory: [] };
}

/** The interfaces by number. */
export function byIndex(links: readonly Link[]): Devices {
  return new Map(links.map((link) => [link.index, link]));
}

/** Whether it is another device than the one that had its number: a counter never goes back. */
export function isAnother(before: Counters, now: Counters): boolean {
  return now.rxBytes < before.rxBytes || now.txBytes < before.txBytes;
}

/** What came in and went out, each byte once, and what passed loopback; of a device that is new, nothing yet. */
export function movedSince(before: Devices, now: Devices): { network: Counters; loopback: Counters } {
  const sum = { network: { rxBytes: 0, txBytes: 0 }, loopback: { rxBytes: 0, txBytes: 0 } };
  const outward = outwardDevices([...now.values()]);
  for (const [index, device] of now) {
    const was = before.get(index);
    const into = index === LOOPBACK ? sum.loopback : outward.has(index) ? sum.network : null;
    if (!into || !was || isAnother(was, device)) continue;
    into.rxBytes += device.rxBytes - was.rxBytes;
    into.txBytes += device.txBytes - was.txBytes;
  }
  return sum;
}

function advance(throughput: Throughput, { rxBytes, txBytes }: Counters, clock: RateClock): void {
  if (!clock.isKnown) return;
  throughput.rxRate = clock.rate(rxBytes, throughput.rxRate ?? 0);
  throughput.txRate = clock.rate(txBytes, throughput.txRate ?? 0);
  if (throughput.rxHistory.push(throughput.rxRate) > HISTORY) throughput.rxHistory.shift();
  if (throughput.txHistory.push(throughput.txRate) > HISTORY) throughput.txHistory.shift();
}
