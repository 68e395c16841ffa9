import type { WireCause } from '../../model/wire.ts';
import { newProcess, type Process } from './process.ts';

/** Whom traffic goes to that has no process, by the reason for that. */
export function nobody(processes: Map<string, Process>, cause: WireCause, nowNs: number): Process {
  const key = `0:${cause}`;
  const known = processes.get(key);
  if (known) return known;
  const process = newProcess(key, { pid: 0, startNs: 0, uid: 0, process: `[${cause}]` }, nowNs);
  processes.set(key, process);
  return process;
}

/** The wire is not counted any more: rows that are there for it alone go. */
export function forgetWire(processes: Map<string, Process>): void {
  for (const [key, process] of processes) {
    process.wire = null;
    const isEmpty = process.rxBytes === 0 && process.txBytes === 0 && process.sockets.size === 0;
    if (process.pid === 0 && isEmpty) processes.delete(key);
  }
}
