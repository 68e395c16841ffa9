import { PROTOCOLS } from '../../filter/words.ts';
import { lifeOf, type Usage } from '../records/usage-record.ts';
import type { Ledger } from './ledger.ts';
import type { Socket } from './socket.ts';

/** Evict a datagram usage entry from the kernel's map after this long without change; at once where its socket is gone. */
const IDLE_NS = 60e9;
/** So long an entry waits for its socket, which may be in a namespace that is not gone through in each tick. */
const UNSEEN_NS = 2e9;

interface Seen {
  rxBytes: number;
  txBytes: number;
  /** What of them the socket has been given: not what is its far ends', and a sweep may not have shown it yet. */
  rxTaken: number;
  txTaken: number;
  socketKnown: boolean;
  changedNs: number;
}

/** The kernel's map. */
export interface UsageEntries {
  usages(visit: (usage: Usage) => void): void;
  /** Takes an entry out; its last value, null when it is gone. */
  takeUsage(usage: Usage): Usage | null;
}

/** Gives processes and sockets what calls moved, and keeps the kernel's map of it from filling up. */
export class Usages {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly map: UsageEntries,
    private readonly ledger: Ledger,
  ) {}

  /** Once a tick, after the samples of a sweep. */
  take(nowNs: number): void {
    const idle: Usage[] = [];
    this.map.usages((usage) => {
      const seen = this.give(usage, nowNs);
      if (seen.changedNs !== nowNs && nowNs - seen.changedNs >= this.patience(usage, seen)) idle.push(usage);
    });
    for (const usage of idle) {
      const last = this.map.takeUsage(usage);
      if (last) this.give(last, nowNs);
      this.seen.delete(keyOf(usage));
    }
  }

  /** How long an entry is kept that does not change. */
  private patience(usage: Usage, { socketKnown }: Seen): number {
    const socket = this.socketOf(usage);
    if (socket && socket === this.ledger.sockets.get(usage.cookie))
      return usage.protocol === PROTOCOLS.tcp ? Infinity : IDLE_NS;
    return socketKnown && socket ? 0 : UNSEEN_NS;
  }

  /** Where sockets go by their addresses, one that closed since the last look may have left its own to another. */
  private socketOf({ cookie, life = 0 }: Usage): Socket | undefined {
    if (life === 0) return this.ledger.talker(cookie);
    const isIts = ({ openedNs }: Socket) => lifeOf(openedNs) === life;
    const open = this.ledger.sockets.get(cookie);
    return open && isIts(open) ? open : this.ledger.closed.find(cookie, isIts);
  }

  /** Gives the process, or the connection that it shares, what is new since the last look. */
  private give(usage: Usage, nowNs: number): Seen {
    const { rxBytes, txBytes, protocol } = usage;
    const known = this.seen.get(keyOf(usage));
    const seen = known ?? {
      rxBytes: 0,
      txBytes: 0,
      rxTaken: 0,
      txTaken: 0,
      changedNs: nowNs,
      socketKnown: false,
    };
    if (!known) this.seen.set(keyOf(usage), seen);
    const [rxAll, txAll] = [rxBytes + usage.rxFarBytes, txBytes + usage.txFarBytes];
    const rxNew = rxAll - seen.rxBytes;
    const txNew = txAll - seen.txBytes;
    if (rxNew || txNew) seen.changedNs = nowNs;
    seen.rxBytes = rxAll;
    seen.txBytes = txAll;
    const isTcp = protocol === PROTOCOLS.tcp;
    if (!isTcp && (!known || rxNew || txNew)) this.ledger.addUsage(usage, rxNew, txNew);
    const socket = this.socketOf(usage);
    if (!socket) return seen;
    const [rxDue, txDue] = [rxBytes - seen.rxTaken, txBytes - seen.txTaken];
    if (isTcp) this.ledger.addPart(socket, usage, rxDue, txDue);
    else this.ledger.addDatagrams(socket, rxDue, txDue);
    seen.socketKnown = true;
    seen.rxTaken = rxBytes;
    seen.txTaken = txBytes;
    return seen;
  }
}

function keyOf({ cookie, pid, protocol, life = 0 }: Usage): string {
  return `${cookie}:${pid}:${protocol}:${life}`;
}
