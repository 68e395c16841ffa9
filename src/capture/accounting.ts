import { sanitize } from '../text.ts';
import { Ledger } from './ledger.ts';
import type { Sockets } from './sockets.ts';
import type { Usage } from './usage-record.ts';

/** A usage entry that did not change for so long is taken out of the kernel's map. */
const IDLE_NS = 60e9;

interface Seen {
  rxBytes: number;
  txBytes: number;
  changedNs: number;
}

/** Fills the ledger from the kernel, once a tick. */
export class Accounting {
  readonly ledger = new Ledger(sanitize);
  private readonly seen = new Map<string, Seen>();

  /** The first look at the sockets that are older than nettop: what they moved before does not count. */
  constructor(
    readonly sockets: Sockets,
    nowNs: number,
  ) {
    sockets.sweepOwners();
    this.tick(nowNs);
  }

  tick(nowNs: number): void {
    const { ledger, sockets } = this;
    ledger.begin(nowNs);
    sockets.drainClosed((socket) => ledger.close(socket));
    sockets.sweep((socket) => ledger.see(socket));
    this.takeUsages(nowNs);
    ledger.end();
    if (ledger.unowned > 0) sockets.sweepOwners();
  }

  /** Between ticks, so that the ring of last records does not fill. */
  drain(): void {
    this.sockets.drainClosed((socket) => this.ledger.close(socket));
  }

  warnings(): string[] {
    const { usageBytes, closedSockets } = this.sockets.lost();
    const found = this.sockets.warnings();
    if (usageBytes > 0)
      found.push(`${usageBytes} bytes of UDP, ICMP and raw sockets could not be kept by process`);
    if (closedSockets > 0) found.push(`last bytes of ${closedSockets} closed connections were lost`);
    const { evictedProcesses } = this.ledger;
    if (evictedProcesses > 0) found.push(`${evictedProcesses} ended processes were forgotten`);
    return found;
  }

  private takeUsages(nowNs: number): void {
    const idle: Usage[] = [];
    this.sockets.usages((usage) => {
      const key = `${usage.cookie}:${usage.pid}:${usage.protocol}`;
      const before = this.seen.get(key) ?? { rxBytes: 0, txBytes: 0, changedNs: nowNs };
      const rxBytes = usage.rxBytes - before.rxBytes;
      const txBytes = usage.txBytes - before.txBytes;
      if (rxBytes || txBytes) {
        this.ledger.addUsage(usage.pid, usage.startNs, usage.uid, usage.comm, rxBytes, txBytes);
        this.seen.set(key, { rxBytes: usage.rxBytes, txBytes: usage.txBytes, changedNs: nowNs });
      } else if (nowNs - before.changedNs > IDLE_NS) {
        idle.push(usage);
        this.seen.delete(key);
      }
    });
    for (const usage of idle) this.sockets.forgetUsage(usage);
  }
}
