import type { SocketSample } from '../records/socket-sample.ts';
import type { Socket } from './socket.ts';

/** Sockets that closed lately, by cookie: since the last sweep, and between the two before. */
export class LatelyClosed {
  private sinceSweep = new Map<number, Socket>();
  private beforeSweep = this.sinceSweep;
  /** Where sockets go by their addresses: of such a socket the one that had its address before. */
  private former = new Map<Socket, Socket>();

  /** `formerly` finds one that closed longer ago. */
  constructor(private readonly formerly: (cookie: number) => Socket | undefined) {}

  add(socket: Socket): void {
    const former = this.get(socket.cookie);
    if (former) this.former.set(socket, former);
    this.sinceSweep.set(socket.cookie, socket);
  }

  /** Since the last sweep. */
  get(cookie: number): Socket | undefined {
    return this.sinceSweep.get(cookie);
  }

  /** The newest one of these. */
  find(cookie: number, isIt: (socket: Socket) => boolean): Socket | undefined {
    let socket = this.get(cookie);
    while (socket && !isIt(socket)) socket = this.former.get(socket);
    return socket;
  }

  /** Where sockets go by their addresses, the next one may have that of one that closed: it opened later. */
  isOf({ cookie, openedNs }: Pick<SocketSample, 'cookie' | 'openedNs'>): boolean {
    const closed = this.get(cookie);
    return closed !== undefined && (openedNs === 0 || openedNs === closed.openedNs);
  }

  /** What a request or a time-wait socket was; where sockets go by their addresses, the one that had it may be another. */
  leftBy({ cookie, localPort, remotePort }: SocketSample): Socket | undefined {
    const closed = this.get(cookie) ?? this.formerly(cookie);
    return closed?.sourcePort === localPort && closed.destinationPort === remotePort ? closed : undefined;
  }

  /** Longer ago than that: for what was said before it closed and is read after. */
  earlier(cookie: number): Socket | undefined {
    return this.beforeSweep.get(cookie);
  }

  /** A sweep has ended. */
  end(): void {
    this.beforeSweep = this.sinceSweep;
    this.sinceSweep = new Map();
    if (this.former.size > 0) this.former = new Map();
  }
}
