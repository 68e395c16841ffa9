import type { RateClock } from '../../machine/rate-clock.ts';
import type { Socket } from './socket.ts';

/** Bytes and rates of sockets that do not count themselves. */
export class Datagrams {
  /** Sockets that moved bytes in the tick before, and in this one. */
  private moving = new Set<Socket>();
  private moved = new Set<Socket>();

  constructor(private readonly clock: RateClock) {}

  /** So many bytes more. */
  add(socket: Socket, rxBytes: number, txBytes: number): void {
    const { clock } = this;
    if (!this.moved.has(socket)) this.clearRates(socket);
    this.moved.add(socket);
    socket.rxBytes += rxBytes;
    socket.txBytes += txBytes;
    socket.rxRate += clock.rate(rxBytes, 0);
    socket.txRate += clock.rate(txBytes, 0);
  }

  /** Call at the end of a tick. */
  end(): void {
    for (const socket of this.moving) if (!this.moved.has(socket)) this.clearRates(socket);
    [this.moving, this.moved] = [this.moved, this.moving];
    this.moved.clear();
  }

  private clearRates(socket: Socket): void {
    socket.rxRate = this.clock.rate(0, socket.rxRate);
    socket.txRate = this.clock.rate(0, socket.txRate);
  }
}
