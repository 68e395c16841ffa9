import type {
  ConnectionRow,
  DropRow,
  EventRow,
  EventTotals,
  Grouping,
  Inspection,
  JourneyRow,
  PacketRow,
  PaneName,
  ProcessRow,
  Status,
} from './model.ts';
import type { Names, NamesQuestion } from './names.ts';

/**
 * What the UI wants to see, as one value. It is worked out from the UI state alone, sent to the
 * capture worker whenever it changes, and stays standing: the worker answers every tick, and at once
 * when the question is new.
 */
export interface Question {
  /** Filter expression; '' for none. It parsed before it was sent. */
  filter: string;
  intervalMs: number;
  /** The trace is on screen, or is being written. */
  trace: boolean;
  frozen: boolean;
  /** Bytes on the wire are counted. */
  wire: boolean;
  /** Drops are counted while their pane is among these. */
  views: Partial<Record<PaneName, ViewQuestion>>;
  /** The row that the inspector is open on; comparison is of a packet with the marked one. */
  inspect: { pane: PaneName | 'comparison'; key: string } | null;
  /** An event of the packet that others are compared with. */
  mark: string | null;
  /** Absent: nothing is wanted by name. */
  names?: NamesQuestion;
  /** Connections that closed or failed a short while ago are rows too. */
  closed: boolean;
  /** Events of connections are told, one by one. */
  events: boolean;
  /** Rises by one when the user resets the totals. */
  resets: number;
}

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
  /** Processes alone: what they are put together by; one row for each where it is absent. */
  group?: Grouping;
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
  /** The key that the cursor was on in the question, where it was on one: selectedKey null means it is gone. */
  asked?: string;
}

export interface DropsView extends View<DropRow> {
  /** Since the pane was opened, the filter changed or the totals were reset. */
  sinceSeconds: number;
  /** All drops that the filter lets through in the kernel, over the last tick. */
  perSecond: number | null;
  /** Drops that are in no row: no room in the kernel's map, or skipped as the program ran on that CPU already. */
  lost: number;
  filterPlace: Status['filterPlace'];
}

export interface Answer {
  status: Status;
  /** With what they are put together by. */
  processes?: View<ProcessRow> & { group: Grouping };
  connections?: View<ConnectionRow>;
  trace?: View<PacketRow>;
  journeys?: View<JourneyRow>;
  drops?: DropsView;
  /** Where events are told. */
  events?: EventTotals;
  /** Of what the views and the inspection show, where names are wanted. */
  names?: Names;
  /** null: nothing is open, or the row is gone. */
  inspection: Inspection | null;
}

/** Where answers come from: the live kernel, or rows made by hand in a test. */
export interface Source {
  ask(question: Question): void;
  onAnswer(listener: (answer: Answer) => void): void;
  /** The source came to an end by itself and will answer no more. */
  onFailure(listener: (error: Error) => void): void;
  /** Resolves when nothing of nettop is left in the kernel. */
  stop(): Promise<void>;
}

/** A source whose packets can be had one by one, for outputs that are not screens. */
export interface PacketSource extends Source {
  /** Packets as they come; the next ones follow when the listener's promise is resolved. */
  onPackets(listener: (rows: PacketRow[]) => Promise<void>): void;
  /** Events of connections as they come, in the same way. */
  onEvents(listener: (rows: EventRow[]) => Promise<void>): void;
  /**
   * Ends the source. The last answer, read after everything else; null when there was none. Packets and events
   * that are left are handed out before it, until `impatience` resolves.
   */
  finish(impatience?: Promise<void>): Promise<Answer | null>;
}
