import type { ConnectionRow } from './connection.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import type { Hop } from './journey.ts';
import type { PacketRow } from './packet.ts';
import type { ProcessRow, ProtocolBytes, SecondsHistory } from './process.ts';

/** One process, or a group of them. */
export interface ProcessInspection {
  row: ProcessRow;
  parent: { pid: number; process: string } | null;
  protocols: ProtocolBytes[];
  seconds: SecondsHistory;
  /** Open ones and those that closed a while ago, listeners, UDP sockets: the busiest 200. */
  connections: ConnectionRow[];
  allConnections: number;
  /** Of a group, those in it; of a process, those that descend from it and own sockets: the busiest 200. */
  processes: ProcessRow[];
  allProcesses: number;
}

export interface ConnectionInspection {
  row: ConnectionRow;
  watch: ConnectionWatch;
  /** The newest that the trace has of it. */
  packets: PacketRow[];
  /** Where its other end is on another machine that is watched. */
  otherEnd?: Omit<ConnectionInspection, 'otherEnd'>;
}

/** Several connections as one row, and the busiest 200 of them. */
export interface ConnectionGroupInspection {
  row: ConnectionRow;
  connections: ConnectionRow[];
  allConnections: number;
}

export interface PacketInspection {
  row: PacketRow;
  /** Relative to the first seen of the flow's direction; null outside TCP. */
  relativeSequence: number | null;
  relativeAcknowledgment: number | null;
  /** sequence + payload + SYN + FIN. */
  nextSequence: number | null;
  payload: number | null;
  hops: Hop[];
}
