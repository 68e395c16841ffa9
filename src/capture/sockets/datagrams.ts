import type { Socket } from './socket.ts';

/** Bytes and rates of sockets that do not count themselves. */
export class Datagrams {
  /** Sockets that moved bytes in the tick before, and in this one. */
  private moving = new Set<Socket>();
  private moved = new Set<Socket>();

  /** So many bytes more, over so many seconds. */
  add(socket: Socket, rxBytes: number, txBytes: number, seconds: number): void {
    if (!this.moved.has(socket)) stand(socket);
    this.moved.add(socket);
    socket.rxBytes += rxBytes;
    socket.txBytes += txBytes;
    socket.rxRate += rxBytes / seconds;
    socket.txRate += txBytes / seconds;
  }

  /** Call at the end of a tick. */
  end(): void {
    for (const socket of this.moving) if (!this.moved.has(socket)) stand(socket);
    [this.moving, this.moved] = [this.moved, this.moving];
    this.moved.clear();
  }
}

function stand(socket: Socket): void {
  socket.rxRate = 0;
  socket.txRate = 0;
}
