import type { RateClock } from '../../machine/rate-clock.ts';
import type { ProcessFacts } from '../../model/process.ts';
import type { WireFigures } from '../../model/wire.ts';
import { Seconds } from './seconds.ts';
import type { Socket } from './socket.ts';

const HISTORY = 60;

/** A process that owned a socket, or moved bytes. */
export interface Process {
  key: string;
  pid: number;
  /** Since boot; 0: nobody was learned. */
  startNs: number;
  uid: number;
  process: string;
  rxBytes: number;
  txBytes: number;
  rxRate: number;
  txRate: number;
  /** Totals at the last tick. */
  rxBefore: number;
  txBefore: number;
  /** rx + tx rate of the last ticks, up to the last one in which it moved something. */
  history: number[];
  /** Ticks since then. */
  quiet: number;
  /** null: it has moved nothing yet. */
  seconds: Seconds | null;
  /** By number of the IP protocol: one or two, for which a Map is large. */
  protocols: [protocol: number, moved: { rxBytes: number; txBytes: number }][];
  sockets: Set<Socket>;
  /** The last sockets that closed, so that a filter still finds their process. */
  closed: Socket[];
  activeNs: number;
  /** What /proc says, once it was read. */
  about: ProcessFacts | null;
  /** null: not counted. */
  wire: WireFigures | null;
}

export const processKey = (pid: number, startNs: number): string => `${pid}:${startNs}`;

export function newProcess(
  key: string,
  { pid, startNs, uid, process }: Pick<Process, 'pid' | 'startNs' | 'uid' | 'process'>,
  nowNs: number,
): Process {
  return {
    key,
    pid,
    startNs,
    uid,
    process,
    rxBytes: 0,
    txBytes: 0,
    rxRate: 0,
    txRate: 0,
    rxBefore: 0,
    txBefore: 0,
    history: [],
    quiet: 0,
    seconds: null,
    protocols: [],
    sockets: new Set(),
    closed: [],
    activeNs: nowNs,
    about: null,
    wire: null,
  };
}

export function renameProcess(process: Process, name: string): void {
  process.process = name;
  for (const socket of process.sockets) socket.process = name;
}

/** Bytes that the process moved by a protocol; below 0: that another one moved, as has shown since. */
export function credit(process: Process, protocol: number, rxBytes: number, txBytes: number): void {
  process.rxBytes += rxBytes;
  process.txBytes += txBytes;
  const known = process.protocols.find(([number]) => number === protocol);
  if (!known) {
    process.protocols.push([protocol, { rxBytes, txBytes }]);
    return;
  }
  known[1].rxBytes += rxBytes;
  known[1].txBytes += txBytes;
}

/** The end of a tick. */
export function settleTick(process: Process, clock: RateClock, atNs: number): void {
  const rxNew = process.rxBytes - process.rxBefore;
  const txNew = process.txBytes - process.txBefore;
  // below 0: what was taken back
  process.rxRate = clock.rate(Math.max(0, rxNew), process.rxRate);
  process.txRate = clock.rate(Math.max(0, txNew), process.txRate);
  process.rxBefore = process.rxBytes;
  process.txBefore = process.txBytes;
  if (clock.isKnown) remember(process, process.rxRate + process.txRate);
  if (rxNew + txNew <= 0) return;
  process.seconds ??= new Seconds();
  process.seconds.add(atNs, clock.seconds, Math.max(0, rxNew), Math.max(0, txNew));
}

/** Most processes move something for a moment, or for ever: ticks without are a number until more follows. */
function remember(process: Process, rate: number): void {
  const { history } = process;
  if (rate === 0) {
    process.quiet++;
    if (process.quiet >= HISTORY && history.length > 0) process.history = [];
    return;
  }
  if (history.length > 0) for (; process.quiet > 0; process.quiet--) history.push(0);
  process.quiet = 0;
  history.push(rate);
  if (history.length > HISTORY) history.splice(0, history.length - HISTORY);
}

/** rx + tx rate of the last ticks, oldest first; none where nothing was moved in them. */
export function historyOf({ history, quiet }: Process): number[] {
  return history.length === 0 ? [] : [...history, ...Array<number>(quiet).fill(0)].slice(-HISTORY);
}

/** What a process moved up to a reset. */
export type Totals = Pick<Process, 'rxBytes' | 'txBytes' | 'protocols'>;

/** Totals from zero; the rate of the running tick stays right. Returns what they were. */
export function resetTotals(process: Process): Totals {
  const { rxBytes, txBytes, protocols } = process;
  process.rxBefore -= rxBytes;
  process.txBefore -= txBytes;
  process.rxBytes = 0;
  process.txBytes = 0;
  process.protocols = [];
  return { rxBytes, txBytes, protocols };
}

/** With what was moved up to a reset. */
export function restoreTotals(process: Process, { rxBytes, txBytes, protocols }: Totals): void {
  process.rxBefore += rxBytes;
  process.txBefore += txBytes;
  for (const [protocol, moved] of protocols) credit(process, protocol, moved.rxBytes, moved.txBytes);
}
