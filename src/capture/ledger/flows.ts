import type { FarEnd } from '../records/far-end.ts';
import { belong, own } from './ownership.ts';
import { newSocket, type Socket } from './socket.ts';

/** Rows of UDP sockets that are not connected: one for each far end, beside the socket's own. */
export class Flows {
  /** By the key of their row. */
  readonly all = new Map<string, Socket>();
  private number = 0;

  /** `isOpen`: the socket is. */
  open(
    socket: Socket,
    { remote, remotePort, openedNs }: Omit<FarEnd, 'key'>,
    nowNs: number,
    isOpen: boolean,
  ): Socket {
    const { source: local, sourcePort: localPort } = socket;
    const ends = { local, localPort, remote, remotePort };
    const flow = newSocket({ ...socket, ...ends, openedNs, mini: 0, subflow: 0 }, false, nowNs);
    flow.number = ++this.number;
    socket.flows ??= new Set();
    socket.flows.add(flow);
    if (socket.owner) (isOpen ? own : belong)(flow, socket.owner);
    if (isOpen) this.all.set(flowKey(flow), flow);
    return flow;
  }

  /** Forgets the far end, not the bytes: they are the socket's own then. */
  fold(flow: Socket, socket: Socket): void {
    socket.rxBytes += flow.rxBytes;
    socket.txBytes += flow.txBytes;
    socket.flows?.delete(flow);
    this.remove(flow);
  }

  /** The socket is gone. */
  close(socket: Socket): void {
    for (const flow of socket.flows ?? []) this.remove(flow);
    socket.flows = null;
  }

  private remove(flow: Socket): void {
    flow.owner?.sockets.delete(flow);
    this.all.delete(flowKey(flow));
  }
}

/** The key of a flow's row. */
export function flowKey({ cookie, number }: Socket): string {
  return `${cookie}/${number}`;
}
