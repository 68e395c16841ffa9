import type { Socket } from './socket.ts';

const HISTORY = 60;

/** A process that owned a socket, or moved bytes. */
export interface Process {
  key: string;
  pid: number;
  uid: number;
  process: string;
  rxBytes: number;
  txBytes: number;
  rxRate: number;
  txRate: number;
  /** Totals at the last tick. */
  rxBefore: number;
  txBefore: number;
  history: number[];
  sockets: Set<Socket>;
  /** The last sockets that closed, so that a filter still finds their process. */
  closed: Socket[];
  activeNs: number;
}

export function newProcess(key: string, pid: number, uid: number, name: string, nowNs: number): Process {
  return {
    key,
    pid,
    uid,
    process: name,
    rxBytes: 0,
    txBytes: 0,
    rxRate: 0,
    txRate: 0,
    rxBefore: 0,
    txBefore: 0,
    history: [],
    sockets: new Set(),
    closed: [],
    activeNs: nowNs,
  };
}

/** The end of a tick that took `seconds`. */
export function settleTick(process: Process, seconds: number): void {
  process.rxRate = (process.rxBytes - process.rxBefore) / seconds;
  process.txRate = (process.txBytes - process.txBefore) / seconds;
  process.rxBefore = process.rxBytes;
  process.txBefore = process.txBytes;
  if (process.history.push(process.rxRate + process.txRate) > HISTORY) process.history.shift();
}

/** Totals from zero; the rate of the running tick stays right. */
export function resetTotals(process: Process): void {
  process.rxBefore -= process.rxBytes;
  process.txBefore -= process.txBytes;
  process.rxBytes = 0;
  process.txBytes = 0;
}
