import type { SocketSample } from '../records/socket-sample.ts';
import { belong } from './ownership.ts';
import type { Process } from './process.ts';
import { newSocket, type Socket } from './socket.ts';

/** More of them are only counted: each waits for a minute, and a busy server has very many. */
const KEPT = 65_536;

/**
 * What no process holds: connections before the last step of their handshake, which will be their listener's,
 * and what is left of those that closed (TIME_WAIT). One that closed while nettop looked keeps its totals and
 * its process.
 */
export class Minisockets {
  /** Of the last look at each network namespace. */
  sockets: ReadonlyMap<number, Socket> = new Map();
  private next = new Map<number, Socket>();
  /** By network namespace, what found no room in them. */
  private leftIn: ReadonlyMap<number, number> = new Map();
  private nextLeft = new Map<number, number>();

  get left(): number {
    let sum = 0;
    for (const count of this.leftIn.values()) sum += count;
    return sum;
  }

  /** `closed`: the same connection as it was when it closed. `owner`: whose it will be. */
  see(sample: SocketSample, closed: Socket | undefined, owner: Process | null, nowNs: number): void {
    if (this.next.size >= KEPT) {
      this.leave(sample.netns);
      return;
    }
    const known = this.sockets.get(sample.cookie) ?? closed;
    const socket = known ?? newSocket(sample, false, nowNs);
    if (owner) belong(socket, owner); // it is none of its sockets yet
    socket.mini = true;
    socket.state = sample.state;
    socket.retransmits = Math.max(socket.retransmits, sample.retransmits);
    socket.rxRate = 0;
    socket.txRate = 0;
    this.next.set(sample.cookie, socket);
  }

  /**
   * Call after the samples of a sweep. What was a request in its beginning may be `open` by its end. In
   * the network namespaces that stand nobody looked: what was there stays.
   */
  end(open: ReadonlyMap<number, unknown>, standing: ReadonlySet<number>): void {
    for (const [cookie, socket] of this.sockets) if (standing.has(socket.netns)) this.keep(cookie, socket);
    for (const [netns, count] of this.leftIn) if (standing.has(netns)) this.leave(netns, count);
    for (const cookie of this.next.keys()) if (open.has(cookie)) this.next.delete(cookie);
    this.sockets = this.next;
    this.leftIn = this.nextLeft;
    this.next = new Map();
    this.nextLeft = new Map();
  }

  private keep(cookie: number, socket: Socket): void {
    if (this.next.size < KEPT) this.next.set(cookie, socket);
    else this.leave(socket.netns);
  }

  private leave(netns: number, count = 1): void {
    this.nextLeft.set(netns, (this.nextLeft.get(netns) ?? 0) + count);
  }
}
