import type { RateClock } from '../../machine/rate-clock.ts';
import {
  newProcess,
  type Process,
  processKey,
  renameProcess,
  resetTotals,
  restoreTotals,
  settleTick,
  type Totals,
} from './process.ts';

/** Some 4 kB each, with what /proc says and the seconds in which it moved something: 40 MB. */
const PROCESSES_KEPT = 10_000;

/** Processes that owned sockets or moved bytes; of too many those go that were idle longest. */
export class ProcessTable {
  readonly processes = new Map<string, Process>();
  /** Names by pid, the last process of that number. */
  readonly names = new Map<number, string>();
  /** Processes about which there is something to be read. */
  readonly fresh: Process[] = [];
  evicted = 0;
  /** What those had moved that were forgotten. */
  readonly forgotten = { rxBytes: 0, txBytes: 0 };

  constructor(private readonly safe: (name: string) => string) {}

  /** The process, as it was learned where it ran; the name is not safe to print. */
  get(pid: number, startNs: number, uid: number, comm: string, nowNs: number): Process {
    const key = processKey(pid, startNs);
    const known = this.processes.get(key);
    if (known) return known;
    const process = newProcess(key, { pid, startNs, uid, process: this.safe(comm) }, nowNs);
    this.processes.set(key, process);
    this.names.set(pid, process.process);
    this.readSoon(process);
    return process;
  }

  /** Something about it is new. */
  readSoon(process: Process): void {
    if (this.fresh.push(process) > PROCESSES_KEPT) this.fresh.shift();
  }

  /** Whether it was not forgotten. */
  has(process: Process): boolean {
    return this.processes.get(process.key) === process;
  }

  /** It executed another program, or chose another name. */
  rename(process: Process, comm: string): void {
    renameProcess(process, this.safe(comm));
    this.names.set(process.pid, process.process);
  }

  /** The end of a tick. */
  end(clock: RateClock, atNs: number): void {
    for (const process of this.processes.values()) settleTick(process, clock, atNs);
    if (this.processes.size > PROCESSES_KEPT) this.evict();
  }

  /** Totals from zero. Returns what they were, by process. */
  resetTotals(): Map<string, Totals> {
    const moved = [...this.processes.values()].filter(({ protocols }) => protocols.length > 0);
    return new Map(moved.map((process) => [process.key, resetTotals(process)]));
  }

  /** With what those that are still known moved up to a reset. */
  restoreTotals(totals: ReadonlyMap<string, Totals>): void {
    for (const [key, before] of totals) {
      const process = this.processes.get(key);
      if (process) restoreTotals(process, before);
    }
  }

  private evict(): void {
    const idle = [...this.processes.values()].filter((process) => process.sockets.size === 0);
    idle.sort((a, b) => a.activeNs - b.activeNs);
    for (const process of idle.slice(0, this.processes.size - PROCESSES_KEPT)) {
      this.processes.delete(process.key);
      letGo(process);
      this.forgotten.rxBytes += process.rxBytes;
      this.forgotten.txBytes += process.txBytes;
      if (this.names.get(process.pid) === process.process) this.names.delete(process.pid);
      this.evicted++;
    }
    const left = this.fresh.filter((process) => this.has(process));
    this.fresh.splice(0, this.fresh.length, ...left);
  }
}

/** Connections that closed still name it: what they do not show of it is not kept with them. */
function letGo(process: Process): void {
  process.seconds = null;
  process.history = [];
  process.closed = [];
}
