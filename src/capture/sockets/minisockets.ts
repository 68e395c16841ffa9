import { newSocket, type Socket, type SocketSample } from './socket.ts';

/** More of them are only counted: each waits for a minute, and a busy server has very many. */
const KEPT = 65_536;

/**
 * What no process holds: connections before the last step of their handshake, and what is left of those
 * that closed (TIME_WAIT). One that closed while nettop looked keeps its totals and its process.
 */
export class Minisockets {
  /** Of the last sweep that was finished. */
  sockets: ReadonlyMap<number, Socket> = new Map();
  /** Found no room in it. */
  left = 0;
  private next = new Map<number, Socket>();
  private nextLeft = 0;

  /** `closed`: the same connection as it was when it closed. */
  see(sample: SocketSample, closed: Socket | undefined, nowNs: number): void {
    if (this.next.size >= KEPT) {
      this.nextLeft++;
      return;
    }
    const known = this.sockets.get(sample.cookie) ?? closed;
    const socket = known ?? newSocket(sample, false, nowNs);
    socket.mini = true;
    socket.state = sample.state;
    socket.retransmits = Math.max(socket.retransmits, sample.retransmits);
    socket.rxRate = 0;
    socket.txRate = 0;
    this.next.set(sample.cookie, socket);
  }

  /** Call after the samples of a sweep. What was a request in its beginning may be `open` by its end. */
  end(open: ReadonlyMap<number, unknown>): void {
    for (const cookie of this.next.keys()) if (open.has(cookie)) this.next.delete(cookie);
    this.sockets = this.next;
    this.left = this.nextLeft;
    this.next = new Map();
    this.nextLeft = 0;
  }
}
