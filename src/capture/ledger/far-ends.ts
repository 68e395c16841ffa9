import { u32 } from '../../../native/fields.ts';
import type { FarEnd } from '../records/far-end.ts';
import type { Ledger } from './ledger.ts';
import type { Socket } from './socket.ts';

/** A far end that nothing moves to or from for so long is forgotten. */
const IDLE_NS = 60e9;
/** So long an entry waits for its socket, as no sweep may have shown it yet, or for the socket's last record. */
const UNSEEN_NS = 2e9;

interface Seen extends FarEnd {
  /** As the kernel's map has them. */
  rxBytes: number;
  txBytes: number;
  changedNs: number;
  /** null: its socket is not known yet. */
  flow: Socket | null;
  /** Those among which it is: they are others when the socket was gone and is back. */
  flows: Set<Socket> | null;
  /** Where it came in the last look. */
  turn: number;
}

/** The kernel's map. */
export interface FarEndEntries {
  /** Visits each entry's bytes: the same buffers again and again. */
  forEach(visit: (key: Buffer, value: Buffer, rxBytes: number, txBytes: number) => void): void;
  read(key: Buffer, value: Buffer): FarEnd;
  /** Takes an entry out; its last bytes, null when it is gone. */
  take(farEnd: FarEnd): { rxBytes: number; txBytes: number } | null;
}

/** Makes a row of each far end of a UDP socket, and keeps the kernel's map from filling up. */
export class FarEnds {
  private readonly seen = new Map<string, Seen>();
  /** In the order of the last look, and of this one: most come as they did then. */
  private before: Seen[] = [];
  private now: Seen[] = [];

  constructor(
    private readonly map: FarEndEntries,
    private readonly ledger: Ledger,
  ) {}

  /** Once a tick, after the samples of a sweep. */
  take(nowNs: number): void {
    const idle: Seen[] = [];
    let expected = 0;
    [this.before, this.now] = [this.now, []];
    this.map.forEach((key, value, rxBytes, txBytes) => {
      const likely = this.before[expected];
      const seen = likely && isSame(key, likely.key) ? likely : this.find(key, value, nowNs);
      expected = seen.turn + 1;
      seen.turn = this.now.push(seen) - 1;
      this.give(seen, rxBytes, txBytes, nowNs);
      if (nowNs - seen.changedNs >= this.patience(seen)) idle.push(seen);
    });
    for (const seen of idle) this.forget(seen, nowNs);
  }

  private find(key: Buffer, value: Buffer, nowNs: number): Seen {
    const id = idOf(key);
    const known = this.seen.get(id);
    if (known) return known;
    const seen = newSeen(this.map.read(key, value), nowNs);
    this.seen.set(id, seen);
    return seen;
  }

  private give(seen: Seen, rxBytes: number, txBytes: number, nowNs: number): void {
    const { ledger } = this;
    const socket = ledger.talker(seen.cookie);
    const isStill = seen.rxBytes === rxBytes && seen.txBytes === txBytes;
    if (!isStill) seen.changedNs = nowNs;
    seen.rxBytes = rxBytes;
    seen.txBytes = txBytes;
    if (!socket || (isStill && seen.flow && seen.flows === socket.flows)) return;
    if (!seen.flow || seen.flows !== socket.flows) seen.flow = ledger.flowOf(socket, seen, nowNs);
    seen.flows = socket.flows;
    ledger.addFlow(seen.flow, rxBytes, txBytes);
  }

  /** How long an entry is kept that does not change. */
  private patience({ cookie }: Seen): number {
    if (this.ledger.sockets.has(cookie)) return IDLE_NS;
    return this.ledger.talker(cookie) ? 0 : UNSEEN_NS;
  }

  private forget(seen: Seen, nowNs: number): void {
    const last = this.map.take(seen);
    if (last) this.give(seen, last.rxBytes, last.txBytes, nowNs);
    const socket = this.ledger.sockets.get(seen.cookie);
    if (socket && seen.flow) this.ledger.flows.fold(seen.flow, socket);
    this.seen.delete(idOf(seen.key));
  }
}

/** Written out: what is put together by spreading is slow to read. */
function newSeen({ key, cookie, remote, remotePort, openedNs }: FarEnd, nowNs: number): Seen {
  return {
    key,
    cookie,
    remote,
    remotePort,
    openedNs,
    rxBytes: 0,
    txBytes: 0,
    changedNs: nowNs,
    flow: null,
    flows: null,
    turn: 0,
  };
}

const idOf = (key: Buffer): string => key.toString('latin1');

/** A comparison by the library costs more than these few words. */
function isSame(a: Buffer, b: Buffer): boolean {
  for (let at = 0; at < a.length; at += u32.size) if (a.readInt32LE(at) !== b.readInt32LE(at)) return false;
  return true;
}
