/**
 * What nettop knows, as plain rows. The capture worker makes them, panes and outputs show them.
 * Text from outside (process names, interfaces) is already safe to print here.
 * Rates are bytes per second, totals are bytes of payload.
 */

import type { AlertName } from './alerts/alert.ts';
import type { FleetStatus } from './fleet.ts';
import type { FilterPlace } from './panes.ts';
import type { WireStatus } from './wire.ts';

export type Hook = 'fentry' | 'kprobe' | 'kprobe-multi' | 'tracepoint';
/** How the trace may attach to its functions: auto is the best way for each. */
export type Attach = 'auto' | Hook;
export type {
  Backlog,
  ConnectionRow,
  Ending,
  IcmpError,
  Life,
  RefusingRoute,
  RetransmitFaults,
  SegmentDrop,
  SynDrop,
} from './connection.ts';
export type { ConnectionWatch, WatchEvent } from './connection-watch.ts';
export type { DroppingRule, RulePacket } from './dropping-rule.ts';
export {
  EVENT_KINDS,
  type EventCounts,
  type EventKind,
  type EventRow,
  type EventTotals,
  FAILED_CALLS,
} from './event.ts';
export type { ProcessInspection } from './inspection.ts';
export type { Change, Hop, Journey, JourneyRow, Result } from './journey.ts';
export type { Icmp, Inner, Netfilter, PacketRow } from './packet.ts';
export type { Container, Group, Grouping, ProcessFacts, ProcessRow } from './process.ts';
export { GROUPINGS } from './process.ts';
export type { TcpFigures } from './tcp-figures.ts';
export type { Attribution, WireCount, WireFigures, WireInterface, WireStatus } from './wire.ts';
/** Sets of functions to trace, for --path. */
export const PATHS = ['receive', 'transmit', 'forward', 'drop', 'netfilter', 'all'] as const;
export type Path = (typeof PATHS)[number];
export type { Inspection, PaneName, Row } from './panes.ts';

/** Events that were not seen or not shown, by cause, since nettop started. */
export interface Loss {
  /** The ring had no room. */
  ringFull: number;
  /** Over --rate-limit. */
  rateLimited: number;
  /** A program was called while it, or another one, ran on that CPU: the kernel skipped it. */
  recursionMissed: number;
  /** Read from the ring but overtaken before they could be shown or written. */
  displayDropped: number;
}

export interface Throughput {
  /** null: not counted for long enough. */
  rxRate: number | null;
  txRate: number | null;
  /** Rates of the last ticks, oldest first. */
  rxHistory: number[];
  txHistory: number[];
}

export interface PointStatus {
  /** Kernel function that nettop wants to watch. */
  function: string;
  /** How it is watched; null when no rung reaches it. */
  hook: Hook | null;
  /** Tracepoint that stands in for it, e.g. net:net_dev_queue. */
  tracepoint: string | null;
  /** Function that its packets are shown at: where the tracepoint is. */
  shownAs: string;
  /** Where a program stands that is not on the function itself: what it calls, where it was inlined. */
  symbol: string | null;
}

export type TraceState = 'live' | 'frozen' | 'off';

export interface Status {
  host: string;
  kernel: string;
  /** "tracepoints", "fentry", "kprobes", or several joined by " + ". */
  attach: string;
  points: PointStatus[];
  uptimeSeconds: number;
  network: Throughput;
  loopback: Throughput;
  /** Records read from the ring. */
  events: number;
  /** null: not counted for long enough. */
  eventsPerSecond: number | null;
  lost: Loss;
  /** The same, per second over the last tick. */
  lostPerSecond: Loss;
  trace: TraceState;
  /** Functions that the trace stands on so far, while it is being attached to many; else null. */
  attaching: { done: number; total: number } | null;
  /** Packets that matched the filter while the trace was frozen. */
  frozenPackets: number;
  /** The trace's filter: what of it runs in the kernel. */
  filterPlace: FilterPlace;
  /** null: the wire is not counted. */
  wire: WireStatus | null;
  /** Sentences for the user about what could not be done, e.g. a program that did not attach. */
  warnings: string[];
  /** Those of what is loaded when it is first wanted that the kernel refused. */
  refused: Refusal[];
  /** null: they are not looked for. */
  alerts: AlertsOn | null;
  /** Of the machines of a fleet; absent: rows are of this one. */
  fleet?: FleetStatus;
}

/** Alerts that are on. */
export interface AlertsOn {
  count: number;
  /** null: there is none. */
  newest: AlertName | null;
}

/** A part of nettop that is not there. */
export interface Refusal {
  part:
    | 'trace'
    | 'drops'
    | 'wire'
    | 'requests'
    | 'names'
    | 'services'
    | 'traffic'
    | 'texts'
    | 'sources'
    | 'syns';
  /** A sentence, with the kernel's reason. */
  reason: string;
  /** What to do about it. */
  hint: string;
}
