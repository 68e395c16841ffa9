import type { PaneName, Status } from '../model/model.ts';
import type { Names } from '../model/names.ts';
import type { Units } from '../text/format.ts';
import type { Line, Segment, Tone } from '../text/span.ts';
import type { Column } from './column.ts';
import type { PaneCommand } from './command.ts';

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

export interface TabNumber {
  text: string;
  tone?: Tone;
}

/** What a pane's title is made of. */
export interface TitleLook {
  status: Status;
  units: Units;
  filter: string;
  frozen: boolean;
  /** It has no rows on the screen. */
  isHidden: boolean;
  /** Nothing is selected: the newest row is followed. */
  isFollowing: boolean;
}

/** What x goes to the trace with: a filter and its flow in words; or why it does not. */
export type Followed = { filter: string; flow: string } | { message: string };

/** The whole screen about one row. */
export interface Inspector {
  rowTitle: string;
  /** The title, where it depends on the row. */
  titleOf?(inspection: never): string;
  /** All that is known of it, so many cells wide. */
  inspector(inspection: never, width: number, names: Names, units: Units): Line[];
}

/** A pane of the screen, as data: one folder, and one line in the registry. */
export interface Pane<R> extends PaneTable<R>, Inspector {
  /** Its part of the lines that all panes share. */
  share: number;
  /** Panes of one slot are tabs of one box: the one that had the keys last is shown, else the first. */
  slot: string;
  /** Its rows come in order of time, and it follows the newest one. */
  isLive?: true;
  /** Its rows are of the trace: they come while it is shown, can be frozen, marked, and are what x goes to. */
  isTrace?: true;
  /** The pane that shows the same in another way: each takes the other's place with the key of groups. */
  otherWay?: PaneName;
  /** It is the other way: not there at the start. */
  isOtherWay?: true;
  /** What its rows can be put together by, each with its table; the first is there at the start. */
  groupings?: Readonly<Record<string, PaneTable<R>>>;
  /** What it counts is loaded after the first frame, which would wait for it. */
  isLoadedLater?: true;
  /** What its rows are of, as the terms of a filter say it: terms of others do not narrow them. */
  rowsOf: string;
  /** What it shows costs something of its own: it is asked for while its rows are on the screen. */
  isCostly?: true;
  /** Addresses may be shown by name. */
  hasHosts?: true;
  /** It may have rows of what closed a short while ago. */
  hasClosed?: true;
  /** The part of the capture without which it has no rows; null: there is none that a kernel refuses. */
  part: Status['refused'][number]['part'] | null;
  /** Where there are no rows. */
  empty: string;
  /** What there is of it now, for its tab while another pane is shown; null: nothing to say. */
  tab?(status: Status, view: never): TabNumber | null;
  /** What its title says beside the number of rows. */
  titleSegments?(look: TitleLook, view: never): Segment[];
  /** What keys do here beside what they do in all panes, by their commands: for the help. */
  keys?: Readonly<Record<string, string>>;
  /** What prints its rows; absent: nothing. */
  command?: PaneCommand<R>;
  /**
   * Key of the group of connections that H shows of a row, or without one of the pane; null: of the row there is none.
   * Absent: the pane has no histograms.
   */
  histogramsOf?(row: R | undefined): string | null;
  /** What the key of copies takes of a row; null: it has none. Absent: the pane has nothing to copy. */
  copies?(row: R): string | null;
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
