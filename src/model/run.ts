import type { ConnectionRow } from './connection.ts';
import type { EventRow } from './event.ts';
import type { ProcessRow } from './process.ts';

/** Processes in a cgroup, and below it, are asked for. */
export interface RunQuestion {
  /** The last part of its path, which no other cgroup has. */
  cgroup: string;
}

/** What these did so far. */
export interface RunView {
  /** When it was looked at: wall clock, microseconds since the epoch. */
  atUs: number;
  /** All that ever used a socket, those that ended too. */
  processes: ProcessRow[];
  /** Those that are open, and those that closed in the last seconds. */
  connections: ConnectionRow[];
  failedCalls: FailedCall[];
  /** Calls of all processes that failed and are not told, as there were too many at once. */
  failedCallsLost: number;
}

/** Calls to send or to receive that failed alike, by sockets without states: UDP, ICMP, raw. */
export interface FailedCall {
  /** The first of them. */
  row: EventRow;
  count: number;
}
