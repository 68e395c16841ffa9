import type { PaneName, Status } from '../model/model.ts';
import type { Names } from '../model/names.ts';
import type { Line } from '../text/span.ts';
import type { Column } from './column.ts';

export interface Sort {
  /** A column's id, or 'rate' for receive and transmit together. */
  column: string;
  descending: boolean;
}

/** An order of rows that the user can choose. */
export interface SortChoice {
  id: string;
  label: string;
  /** The direction in which one wants to see it first. */
  descending: boolean;
  /** Only while the wire is counted. */
  wire?: true;
}

/** The columns of a pane and their orders, as data. */
export interface PaneTable<R> {
  name: PaneName;
  title: string;
  columns: readonly Column<R>[];
  /** In the order in which a key walks through them; the first is the one at the start. */
  sorts: readonly [SortChoice, ...SortChoice[]];
  /** What the rows are called in sentences. */
  rows: string;
}

/** What x goes to the trace with: a filter and its flow in words; or why it does not. */
export type Followed = { filter: string; flow: string } | { message: string };

/** A pane of the screen, as data: one folder, and one line in the registry. */
export interface Pane<R> extends PaneTable<R> {
  /** Its part of the lines that all panes share. */
  share: number;
  /** Panes of one slot take each other's place: the one that has the keys, else the first. */
  slot: string;
  /** Its rows come in order of time, and it follows the newest one. */
  isLive?: true;
  /** The worker is asked for it only while it has lines: it costs something while it is looked at. */
  isAskedWhenShown?: true;
  /** Its rows are of sockets, which cannot be held against what a filter asks of a packet. */
  isOfSockets?: true;
  /** Addresses may be shown by name. */
  hasHosts?: true;
  /** The part of the capture without which it has no rows; null: there is none that a kernel refuses. */
  part: Status['refused'][number]['part'] | null;
  /** Where there are no rows. */
  empty: string;
  /** The title of a row's inspector. */
  rowTitle: string;
  /** All that is known of a row, so many cells wide. */
  inspector(inspection: never, width: number, names: Names): Line[];
  /** Absent: its rows lead to no packets. */
  follow?(row: R | undefined): Followed;
}

/** Sorts by what was received and sent together, with the columns that show the two. */
const BOTH_WAYS: Readonly<Record<string, readonly string[]>> = {
  rate: ['rxRate', 'txRate'],
  wireRate: ['wireRxRate', 'wireTxRate'],
};

/** The columns whose title carries the mark of a sort; time, the only order of a trace, needs none. */
export function sortMarks({ column, descending }: Sort): ReadonlyMap<string, string> {
  if (column === 'time') return new Map();
  const ids = BOTH_WAYS[column] ?? [column];
  return new Map(ids.map((id) => [id, descending ? '▾' : '▴']));
}
