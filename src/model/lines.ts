import type { Units } from '../text/format.ts';
import type { PaneName } from './panes.ts';

/** How times are written where rows come one by one. */
export interface TimeStyle {
  /** Times since then, microseconds since the epoch; null: of the clock. */
  sinceUs: number | null;
  /** Those of the clock beside them; before a table. */
  clock?: boolean;
  /** With the time since the same packet's function before. */
  delta: boolean;
}

/** How a pane's rows are written one by one. It is plain data: the thread that has the rows can be told. */
export interface LineStyle {
  pane: PaneName;
  /** Its events in the place of its rows. */
  events: boolean;
  /** As --format takes it. */
  format: string;
  times: TimeStyle;
  units: Units;
  /** Rows are of several machines. */
  hasMachines: boolean;
}

/** A line of text, without its end; or bytes as they are. */
export type Line = string | Uint8Array;

/** Some lines as they go out, with their ends. */
export interface Piece {
  bytes: Line;
  /** How many they are. */
  count: number;
}
