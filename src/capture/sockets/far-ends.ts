import type { FarEnd, FarEndMap } from './far-end-map.ts';
import type { Ledger } from './ledger.ts';
import type { Socket } from './socket.ts';

/** A far end that nothing moves to or from for so long is forgotten. */
const IDLE_NS = 60e9;
/** So long an entry waits for its socket, as no sweep may have shown it yet. */
const UNSEEN_NS = 2e9;

interface Seen extends FarEnd {
  /** As the kernel's map has them. */
  rxBytes: number;
  txBytes: number;
  changedNs: number;
  /** null: its socket is not known yet. */
  flow: Socket | null;
}

/** Makes a row of each far end of a UDP socket, and keeps the kernel's map from filling up. */
export class FarEnds {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly map: Pick<FarEndMap, 'forEach' | 'read' | 'take'>,
    private readonly ledger: Ledger,
  ) {}

  /** Once a tick, after the samples of a sweep. */
  take(nowNs: number): void {
    const idle: [string, Seen][] = [];
    this.map.forEach((key, value, rxBytes, txBytes) => {
      const id = key.toString('latin1');
      const seen = this.seen.get(id) ?? this.add(id, this.map.read(key, value), nowNs);
      this.give(seen, rxBytes, txBytes, nowNs);
      if (nowNs - seen.changedNs >= this.patience(seen)) idle.push([id, seen]);
    });
    for (const [id, seen] of idle) this.forget(id, seen, nowNs);
  }

  private add(id: string, end: FarEnd, nowNs: number): Seen {
    const seen = { ...end, rxBytes: 0, txBytes: 0, changedNs: nowNs, flow: null };
    this.seen.set(id, seen);
    return seen;
  }

  private give(seen: Seen, rxBytes: number, txBytes: number, nowNs: number): void {
    const { ledger } = this;
    if (seen.rxBytes !== rxBytes || seen.txBytes !== txBytes) seen.changedNs = nowNs;
    seen.rxBytes = rxBytes;
    seen.txBytes = txBytes;
    const socket = ledger.sockets.get(seen.cookie);
    if (!socket) return;
    if (!seen.flow || !socket.flows?.has(seen.flow)) seen.flow = ledger.flows.open(socket, seen, nowNs);
    ledger.addFlow(seen.flow, rxBytes, txBytes);
  }

  /** How long an entry is kept that does not change. */
  private patience({ cookie, flow }: Seen): number {
    if (this.ledger.sockets.has(cookie)) return IDLE_NS;
    return flow ? 0 : UNSEEN_NS;
  }

  private forget(id: string, seen: Seen, nowNs: number): void {
    const last = this.map.take(seen);
    if (last) this.give(seen, last.rxBytes, last.txBytes, nowNs);
    const socket = this.ledger.sockets.get(seen.cookie);
    if (socket && seen.flow) this.ledger.flows.fold(seen.flow, socket);
    this.seen.delete(id);
  }
}
