import { readFileSync, statSync } from 'node:fs';
import { interfaceNames } from '../../native/interfaces.ts';
import type { Throughput } from '../model.ts';
import { sanitize } from '../text.ts';
import type { WireCount } from '../wire-row.ts';
import { DeviceNames } from './names/device-names.ts';
import { RateClock } from './rate-clock.ts';

const HISTORY = 60;
/** LOOPBACK_IFINDEX in include/net/flow.h */
const LOOPBACK = 1;

interface Counters {
  rxBytes: number;
  txBytes: number;
}

/** Runs something in another network namespace; null: it cannot be entered. */
type Within = (netns: number, act: () => Map<number, string>) => Map<number, string> | null;

/** Interface names by index, and what the interfaces moved, as the kernel counts it. */
export class Interfaces {
  readonly network = emptyThroughput();
  readonly loopback = emptyThroughput();
  private before: { network: Counters; loopback: Counters } | null = null;
  private readonly clock = new RateClock();
  readonly netns = ownNetns();
  private readonly names: DeviceNames;

  constructor(within: Within = () => null) {
    this.names = new DeviceNames((netns) =>
      netns === this.netns ? interfaceNames() : within(netns, interfaceNames),
    );
  }

  /** Reads the totals; rates are since the last call, and there are none over less than `enough` seconds. */
  update(atNs: number, enough = 0): void {
    const now = sumByKind(readFileSync('/proc/net/dev', 'latin1'));
    this.clock.look(atNs, enough);
    if (this.before) {
      advance(this.network, this.before.network, now.network, this.clock);
      advance(this.loopback, this.before.loopback, now.loopback, this.clock);
    }
    this.before = now;
  }

  /** "#12" for one whose name is not known; lo is number 1 in each namespace. */
  name(index: number, netns: number, nowNs: number): string {
    if (index === 0) return '';
    if (index === LOOPBACK) return 'lo';
    return this.names.get(index, netns || this.netns, nowNs) ?? `#${index}`;
  }

  /** Of an interface of the own namespace; null: there is none. */
  index(name: string): number | null {
    for (const [index, known] of interfaceNames()) if (sanitize(known) === name) return index;
    return null;
  }
}

/** Inode of this process's network namespace. */
export function ownNetns(): number {
  return statSync('/proc/self/ns/net').ino;
}

function emptyThroughput(): Throughput {
  return { rxRate: null, txRate: null, rxHistory: [], txHistory: [] };
}

/** Totals of each interface in /proc/net/dev, by its name. */
export function parseDevices(text: string): Map<string, WireCount> {
  const devices = new Map<string, WireCount>();
  for (const line of text.split('\n').slice(2)) {
    const [name, rest] = line.split(/:(.*)/s);
    if (!name || rest === undefined) continue;
    const [rxBytes = 0, rxPackets = 0, , , , , , , txBytes = 0, txPackets = 0] = rest
      .trim()
      .split(/\s+/)
      .map(Number);
    devices.set(sanitize(name.trim()), { rxPackets, rxBytes, txPackets, txBytes });
  }
  return devices;
}

/** The interfaces of this network namespace as they are now. */
export function readDevices(): Map<string, WireCount> {
  return parseDevices(readFileSync('/proc/net/dev', 'latin1'));
}

/** Totals of all interfaces, loopback apart. */
export function sumByKind(text: string): { network: Counters; loopback: Counters } {
  const sum = { network: { rxBytes: 0, txBytes: 0 }, loopback: { rxBytes: 0, txBytes: 0 } };
  for (const [name, { rxBytes, txBytes }] of parseDevices(text)) {
    const into = name === 'lo' ? sum.loopback : sum.network;
    into.rxBytes += rxBytes;
    into.txBytes += txBytes;
  }
  return sum;
}

function advance(throughput: Throughput, before: Counters, now: Counters, clock: RateClock): void {
  if (!clock.isKnown) return;
  // An interface that went away takes its totals with it.
  throughput.rxRate = clock.rate(Math.max(0, now.rxBytes - before.rxBytes), throughput.rxRate ?? 0);
  throughput.txRate = clock.rate(Math.max(0, now.txBytes - before.txBytes), throughput.txRate ?? 0);
  if (throughput.rxHistory.push(throughput.rxRate) > HISTORY) throughput.rxHistory.shift();
  if (throughput.txHistory.push(throughput.txRate) > HISTORY) throughput.txHistory.shift();
}
