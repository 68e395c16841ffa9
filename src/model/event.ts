import type { Ending, SegmentDrop } from './connection.ts';
import type { NameSource } from './names.ts';

export const EVENT_KINDS = [
  'connect',
  'accept',
  'established',
  'state',
  'retransmit',
  'reset',
  'close',
  'failed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** By number: enum failed_call. */
export const FAILED_CALLS = [null, 'connect', 'bind', 'listen', 'send', 'receive'] as const;

/** Something that happened to a TCP connection, or a call that failed. Bytes are payload. */
export interface EventRow {
  timeUs: number;
  event: EventKind;
  /** The same in all events of one socket; null: there is no socket. */
  socket: number | null;
  /** As ss calls it. */
  protocol: string;
  /** The call that failed, where no connection's states tell of it. */
  call: (typeof FAILED_CALLS)[number];
  /** After the event; null: there is no socket. */
  state: string | null;
  /** null: the state did not change. */
  previousState: string | null;
  localAddress: string;
  /** null: it has none yet. */
  localPort: number | null;
  remoteAddress: string;
  /** null: it is a listener, or has no far end. */
  remotePort: number | null;
  /** By which the far end was asked for; null: not known, or names are not followed. */
  remoteName: string | null;
  remoteNameSource: NameSource | null;
  pid: number | null;
  process: string | null;
  /** Inode; null: not known. */
  netns: number | null;
  /** accept: since it was established; else since the connection began; null: not known. */
  us: number | null;
  /** accept was not seen: it was at the latest now, as the connection is used. */
  atMost: boolean;
  /** So far; null: no whole socket. */
  rxBytes: number | null;
  txBytes: number | null;
  /** Segments retransmitted so far, SYNs too. */
  retransmits: number | null;
  /** Whose a retransmit is; null: another event, or not known. */
  fault: 'local' | 'path' | null;
  /** What made it necessary; null: nothing that was dropped here. */
  drop: SegmentDrop | null;
  /** Of close and failed. */
  cause: Ending['cause'] | null;
  resetBy: Ending['resetBy'];
  reason: string | null;
  error: Ending['error'];
  icmp: Ending['icmp'];
  route: Ending['route'];
}

export type EventCounts = Record<EventKind, number>;

/** How many events there were, since they are asked for. */
export interface EventTotals {
  /** All. */
  counted: EventCounts;
  /** Of them, those that are in no line: the ring was full. */
  notTold: EventCounts;
  /** Events that may be missing from both: the kernel skipped a program that ran on that CPU already. */
  missed: number;
}
