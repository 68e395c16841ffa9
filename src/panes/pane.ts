import type { PaneName } from '../model/model.ts';
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

/** The trace, grouped by packet or not. */
export const isTrace = (name: PaneName): boolean => name === 'trace' || name === 'journeys';

/** What a pane shows, as data. */
export interface Pane<R> {
  name: PaneName;
  title: string;
  columns: readonly Column<R>[];
  /** In the order in which a key walks through them; the first is the one at the start. */
  sorts: readonly [SortChoice, ...SortChoice[]];
  /** What the rows are called in sentences. */
  rows: string;
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
