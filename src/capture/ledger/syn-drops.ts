import type { SynDrop } from '../../model/model.ts';
import { SYN_SENT } from '../records/states.ts';
import type { Closed, Socket } from './socket.ts';

/** The packet may be freed a moment after the socket that it fails: a neighbour that is not found. */
const SETTLED_NS = 1e9;

/** SYNs and SYN-ACKs that this kernel dropped. */
export interface SynDropEntries {
  /** By the number of its SYN and the port that sent it; null: none was dropped. */
  find(initialSequence: number, port: number): SynDrop | null;
}

/** The same by the connection that was not made for it. */
export class SynDrops {
  constructor(private readonly entries: SynDropEntries) {}

  /** null: none was dropped that this kernel knows of, or this end reset the connection. */
  of({ sourcePort }: Socket, closed: Closed, nowNs: number): SynDrop | null {
    const { oldState, unsent, told, soughtNs, closedNs } = closed;
    if (oldState !== SYN_SENT || unsent || told.resetBy === 'this end') return null;
    if ((closed.drop && !closed.drop.inferred) || soughtNs > closedNs + SETTLED_NS) return closed.drop;
    closed.soughtNs = nowNs;
    closed.drop = this.entries.find(closed.initialSequence, sourcePort) ?? closed.drop;
    return closed.drop;
  }
}
