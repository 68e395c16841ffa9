import type { TimeStyle } from '../model/lines.ts';
import type { EventRow } from '../model/model.ts';
import type { Answer, Question, ViewQuestion } from '../model/question.ts';
import type { RecordKind } from '../model/record.ts';
import type { Streams } from '../model/source.ts';
import type { Units } from '../text/format.ts';

/** A column of a text table: it widens when a cell needs it, and does not shrink again. */
export interface TextColumn<R> {
  title: string;
  width: number;
  align?: 'right';
  cell(row: R, units: Units): string;
}

/** What stands beside rows: a record where the format mixes kinds, else its words. */
export interface Beside {
  record: RecordKind<never>;
  row: unknown;
  words: readonly string[];
}

export const beside = <R>(record: RecordKind<R>, row: R, words: readonly string[]): Beside => ({
  record: record as RecordKind<never>,
  row,
  words,
});

/** Rows that are written all together, once an interval. */
export interface Table<R> {
  record: RecordKind<R>;
  columns: readonly TextColumn<R>[];
  /** Those that are there too while bytes on the wire are counted. */
  wireColumns?: readonly TextColumn<R>[];
  /** What of the pane is asked for, beside all rows in the pane's first order. */
  asked?: Partial<ViewQuestion>;
  /** For one run: the keys of an answer's rows that are not written. */
  leaveOut?(): (rows: readonly R[]) => ReadonlySet<string>;
  /** After the rows; null: nothing stands there. */
  beside?(answer: Answer, units: Units): readonly Beside[] | null;
  /** An empty line ends what stands there. */
  isSpaced?: true;
}

/** Rows that are written as they come. */
export interface Stream<R> {
  of: keyof Streams;
  /** What brings them. */
  asked: Question['views'];
  record: RecordKind<R>;
  /** There may be 100,000 a second: the thread that reads them has no time to write them too. */
  isFlood?: true;
  columns(style: TimeStyle): readonly TextColumn<R>[];
  /** False: text has it in another row's line. */
  hasLine?(row: R): boolean;
  /** Lines under a row, as text. */
  under?(row: R): readonly string[];
  /** What a program that hears of the row gets as its environment; null: it does not hear of it. */
  environment?(row: R): Record<string, string> | null;
  /** For one run: what an answer says of rows that did not come. */
  notTold?(): (answer: Answer) => readonly Beside[];
  /** At the end. */
  totals?(answer: Answer): readonly Beside[];
}

/** The command that prints a pane's rows. Its name is the pane's. */
export interface PaneCommand<R> {
  /** For its help. */
  about: string;
  /** What stands behind `nettop`. */
  examples: readonly string[];
  /** Its flags beside those that all have, by their long names. */
  flags?: readonly string[];
  /** Its records have the names by which far ends were asked for. */
  named?: true;
  /** All kinds of records that it writes, in the order of the reference. */
  records: readonly RecordKind<never>[];
  /** One of the two. */
  table?: Table<R>;
  /** With --by: its table by the word that says what rows are put together by. */
  by?: Readonly<Record<string, Table<R>>>;
  stream?: Stream<R>;
  /** With --events. */
  events?: Stream<EventRow>;
}
