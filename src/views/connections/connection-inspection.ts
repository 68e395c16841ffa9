import type { Socket } from '../../capture/ledger/socket.ts';
import type { ConnectionRow, Inspection, PacketRow } from '../../model/model.ts';
import { ConnectionWatches } from './connection-watches.ts';
import type { Connections } from './connections.ts';

/** The newest ones, under a connection that is inspected. */
const INSPECTED_PACKETS = 200;

export interface Trace {
  /** The newest packets of a socket. */
  between(socket: Socket, count: number): PacketRow[];
}

/** The inspector of connections: what the ledger knows of one, and what was seen since it was opened. */
export class ConnectionInspection {
  private readonly watches: ConnectionWatches;

  constructor(
    private readonly connections: Connections,
    epochUs: number,
  ) {
    this.watches = new ConnectionWatches((key, nowNs) => this.row(key, nowNs), epochUs);
  }

  /** Call after the samples of a tick. */
  tick(nowNs: number): void {
    this.watches.tick(nowNs);
  }

  inspect(key: string, nowNs: number, trace: Trace | undefined): Inspection | null {
    const socket = this.connections.find(key);
    if (!socket) return null;
    const watch = this.watches.of(key, nowNs);
    const packets = trace?.between(socket, INSPECTED_PACKETS) ?? [];
    return { pane: 'connections', row: this.connections.row(socket, nowNs), watch, packets };
  }

  private row(key: string, nowNs: number): ConnectionRow | null {
    const socket = this.connections.find(key);
    return socket ? this.connections.row(socket, nowNs) : null;
  }
}
