import type { ConnectionRow } from './connection.ts';
import type { EventTotals } from './event.ts';
import type { FramesLost } from './frame.ts';
import type {
  ConnectionGroupInspection,
  ConnectionInspection,
  PacketInspection,
  ProcessInspection,
} from './inspection.ts';
import type { Journey, JourneyRow } from './journey.ts';
import type { MetricsQuestion, MetricsShown } from './metrics/question.ts';
import type { PacketRow } from './packet.ts';
import type { ProcessRow } from './process.ts';
import type { RunQuestion, RunView } from './run.ts';

/** A question's window that has every row. */
export const EVERY_ROW = { rows: Number.MAX_SAFE_INTEGER, cursor: null };

/** What the screen wants to see of a pane. */
export interface ViewQuestion {
  /**
   * A field of the row, 'rate' for receive and transmit rate together, 'local' or 'remote' for address
   * then port; for the trace always 'time'.
   */
  sort: string;
  descending: boolean;
  /** Rows that fit on the screen. */
  rows: number;
  /**
   * Where the selection is: on a row's key (it stays there when rows move), on a place in the sorted
   * list (a key was just pressed; the answer names the row), or nowhere. For the trace, null
   * means: follow the live end.
   */
  cursor: { key: string } | { index: number } | null;
  /** What the rows are put together by, of the ways that the pane has; absent: the first. */
  group?: string;
  /** What closed or failed a short while ago has rows too, where the pane has such. */
  closed?: boolean;
}

/** The same of the trace, by packet or not. */
export interface TraceQuestion extends ViewQuestion {
  /** Its rows are on the screen, or are written: the kernel's functions are traced. */
  isTraced: boolean;
  isFrozen: boolean;
  /** An event of the packet that others are compared with. */
  mark: string | null;
}

export interface View<R> {
  /** The rows in the window, in order. */
  rows: R[];
  /** Rows that match the filter, shown or not. */
  total: number;
  /** Place of rows[0] in the sorted list. */
  first: number;
  /** Place of the selected row in the sorted list; null when nothing is selected. */
  selected: number | null;
  selectedKey: string | null;
  /** What the rows are put together by, where the pane has several ways. */
  group?: string;
  /** The key that the cursor was on in the question, where it was on one: selectedKey null means it is gone. */
  asked?: string;
}

/** How much of a filter runs in the kernel. */
export type FilterPlace = 'none' | 'kernel' | 'kernel and user space';

/** A pane's part of the question and of the answer, its rows, and all that is known of one of them. */
export interface PaneTypes<Row, Inspection, Shown = View<Row>, Asked = ViewQuestion> {
  row: Row;
  inspection: Inspection;
  asked: Asked;
  shown: Shown;
}

/** Every pane, by its name. One that stands in its folder whole adds itself, as `src/panes/drops/row.ts` does. */
export interface Panes {
  processes: PaneTypes<ProcessRow, ProcessInspection>;
  connections: PaneTypes<ConnectionRow, ConnectionInspection | ConnectionGroupInspection>;
  trace: PaneTypes<PacketRow, PacketInspection, View<PacketRow>, TraceQuestion>;
  /** The trace by packet, in its place. */
  journeys: PaneTypes<JourneyRow, Journey, View<JourneyRow>, TraceQuestion>;
}

/** What is asked for besides rows in a window. */
interface Others {
  /** Events of connections are told, one by one, while this is there; the answer has how many there were. */
  events: { asked: Record<string, never>; shown: EventTotals };
  /** Frames on the wire are counted while this is there; processes and the status show them. */
  wire: { asked: Record<string, never>; shown: never };
  /** Sums for a monitoring system are kept while this is there; shown once for each tick. */
  metrics: { asked: MetricsQuestion; shown: MetricsShown };
  /** The trace, as frames in the place of rows. `every`: at each function; else once for each packet. */
  frames: { asked: TraceQuestion & { every: boolean }; shown: FramesLost };
  /** What the processes of one cgroup did. */
  run: { asked: RunQuestion; shown: RunView };
}

export type PaneName = keyof Panes;

/** Panes over the machines of a fleet. */
export type FleetPaneName = Extract<PaneName, `fleet-${string}`>;

/** Those over this machine. */
export type OwnPaneName = Exclude<PaneName, FleetPaneName>;

export type Row = Panes[PaneName]['row'];

/** All that is known of the row that is open. */
export type Inspection =
  | { [Name in PaneName]: { pane: Name } & Panes[Name]['inspection'] }[PaneName]
  /** How round trips, times to connect and retransmits of a group of connections are spread. */
  | { pane: 'distribution'; row: ConnectionRow }
  /** Two packets' paths; `key` is the event by which the other one was asked for. */
  | { pane: 'comparison'; key: string; marked: Journey; other: Journey };

/** What is asked for and shown, by the name of its source. */
export type Shows = Panes & Others;

/** What the kernel has rows of. */
export type OwnShows = Omit<Shows, FleetPaneName>;
