import type { SocketSample } from '../records/socket-sample.ts';
import type { Socket } from './socket.ts';

/** Sockets that closed lately, by cookie: since the last sweep, and between the two before. */
export class LatelyClosed {
  private sinceSweep = new Map<number, Socket>();
  private beforeSweep = this.sinceSweep;

  add(socket: Socket): void {
    this.sinceSweep.set(socket.cookie, socket);
  }

  /** Since the last sweep. */
  get(cookie: number): Socket | undefined {
    return this.sinceSweep.get(cookie);
  }

  /** Where sockets go by their addresses, the next one may have that of one that closed: it opened later. */
  isOf({ cookie, openedNs }: Pick<SocketSample, 'cookie' | 'openedNs'>): boolean {
    const closed = this.get(cookie);
    return closed !== undefined && (openedNs === 0 || openedNs === closed.openedNs);
  }

  /** Longer ago than that: for what was said before it closed and is read after. */
  earlier(cookie: number): Socket | undefined {
    return this.beforeSweep.get(cookie);
  }

  /** A sweep has ended. */
  end(): void {
    this.beforeSweep = this.sinceSweep;
    this.sinceSweep = new Map();
  }
}
