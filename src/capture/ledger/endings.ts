import { RESET } from '../../abi/life.ts';
import { evictOldest } from '../../model/oldest.ts';
import type { Closing } from '../records/life-record.ts';
import { endingOf, type ResetReasons, type Told } from './ending.ts';
import { flowKey } from './flows.ts';
import { toldByRoute } from './route-refusals.ts';
import type { Closed, Socket } from './socket.ts';

const KEPT_NS = 60e9;
/** Some 1.3 kB each: 13 MB. */
const KEPT = 10_000;

/** Connections that closed or failed, for a while after. Times are monotonic, ns. */
export class Endings {
  /** Closed and forgotten within the time in which they should be there. */
  evicted = 0;
  /** By number, oldest first. */
  private readonly kept = new Map<number, Socket>();
  /** The last one of each cookie: a socket may connect again. */
  private readonly newest = new Map<number, Socket>();
  /** Far ends of sockets that closed, by the key of their row. */
  private readonly flows = new Map<string, Socket>();
  private number = 0;
  /** Told of each as it is added: a tick may bring more than are kept. */
  added: ((socket: Socket, closed: Closed) => void) | null = null;

  constructor(
    private readonly reasons: ResetReasons,
    private readonly limit = KEPT,
  ) {}

  /** `refused`: the errno of the routes, where nothing was sent. `known`: how it ended, where the record does not say. */
  add(socket: Socket, closing: Closing, refused = 0, known: Told | null = null): void {
    const number = this.number++;
    socket.rxRate = 0;
    socket.txRate = 0;
    const told = known ?? toldByRoute(this.told(closing), refused);
    // no literal that begins with `...closing`: V8 makes a class of its own for each of those
    socket.closed = Object.assign(closing, { number, told, drop: null, soughtNs: 0 });
    this.kept.set(number, socket);
    if (socket.number > 0) this.flows.set(flowKey(socket), socket);
    else this.newest.set(socket.cookie, socket);
    this.added?.(socket, socket.closed);
    const oldest = evictOldest(this.kept, this.limit);
    if (!oldest) return;
    this.forget(oldest[1]);
    this.evicted++;
  }

  /** A reset that this end sent after the socket had closed. */
  reset(cookie: number, reason: number): void {
    const closed = this.newest.get(cookie)?.closed;
    if (!closed) return;
    closed.reset = RESET.sent;
    closed.reason = reason;
    closed.told = this.told(closed);
  }

  /** Forgets what is too long ago. */
  expire(nowNs: number): void {
    for (const socket of this.kept.values()) {
      if (nowNs - (socket.closed?.closedNs ?? 0) < KEPT_NS) return;
      this.forget(socket);
    }
  }

  all(): Iterable<Socket> {
    return this.kept.values();
  }

  has(cookie: number): boolean {
    return this.newest.has(cookie);
  }

  /** Goes through all. */
  last(isWanted: (socket: Socket) => boolean): Socket | undefined {
    let found: Socket | undefined;
    for (const socket of this.kept.values()) if (isWanted(socket)) found = socket;
    return found;
  }

  /** By the key of its row. */
  find(key: string): Socket | undefined {
    const flow = this.flows.get(key);
    if (flow) return flow;
    const [cookie, number] = key.split('.').map(Number);
    return number === undefined ? this.newest.get(cookie ?? 0) : this.kept.get(number);
  }

  /** The same as while it was open, unless another connection of its socket has taken that. */
  keyOf({ cookie, closed }: Socket, isOpen: boolean): string {
    if (!closed) return String(cookie);
    const isNewest = this.newest.get(cookie)?.closed === closed;
    return isNewest && !isOpen ? String(cookie) : `${cookie}.${closed.number}`;
  }

  /** The names of reasons, for which the kernel's types are read, only where there is a reason. */
  private told(closing: Closing): Told {
    return endingOf(closing, closing.oldState, this.reasons);
  }

  private forget(socket: Socket): void {
    this.kept.delete(socket.closed?.number ?? -1);
    if (socket.number > 0) this.flows.delete(flowKey(socket));
    if (this.newest.get(socket.cookie) === socket) this.newest.delete(socket.cookie);
  }
}
