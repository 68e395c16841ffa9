import { evictOldest } from '../../model/oldest.ts';
import { TCP } from '../records/socket-kinds.ts';
import type { Socket } from './socket.ts';

/** Some 0.6 kB each: 12 MB. */
const KEPT = 20_000;

/** A socket that was not shown any more, and when it was for the last time, ns. */
interface Missed {
  socket: Socket;
  shownNs: number;
}

/** Sockets not shown by the last sweeps, but not closed: what their processes were given counts only once. */
export class Missing {
  /** TCP sockets that made room: if one is shown again, what it moved counts a second time. */
  overlooked = 0;
  private readonly kept = new Map<number, Missed>();

  add(socket: Socket, shownNs: number): void {
    this.kept.set(socket.cookie, { socket, shownNs });
    const longest = evictOldest(this.kept, KEPT);
    if (longest?.[1].socket.protocol === TCP) this.overlooked++;
  }

  get(cookie: number): Missed | undefined {
    return this.kept.get(cookie);
  }

  delete(cookie: number): void {
    this.kept.delete(cookie);
  }
}
