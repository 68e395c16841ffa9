import type { Expression } from '../filter/ast.ts';
import type { LineStyle, Piece } from './lines.ts';
import type { Inspection, Status } from './model.ts';
import type { Names, NamesQuestion } from './names.ts';
import type { Shows } from './panes.ts';
import type { Play, Playing } from './play.ts';
import type { Streams } from './source.ts';

export type { View, ViewQuestion } from './panes.ts';

/**
 * What the UI wants to see, as one value. It is worked out from the UI state alone, sent to the
 * capture worker whenever it changes, and stays standing: the worker answers every tick, and at once
 * when the question is new.
 */
export interface Question {
  /** null: everything matches. */
  filter: Expression | null;
  /** Of processes in this cgroup alone, and below it: its path, or the name of one part; absent: of all. */
  cgroup?: string;
  intervalMs: number;
  /** What of each source is wanted. Drops are counted while they are among these. */
  views: { [Name in keyof Shows]?: Shows[Name]['asked'] };
  /**
   * The row that the inspector is open on; comparison is of a packet with the marked one, distribution of a group of
   * connections.
   */
  inspect: { pane: Inspection['pane']; key: string } | null;
  /** Absent: nothing is wanted by name. */
  names?: NamesQuestion;
  /** Rows are to have the names by which their far ends were asked for; with names of hosts they have. */
  asked?: boolean;
  /** Rises by one when the user resets the totals, and falls by one when those before are wanted back. */
  resets: number;
  /** Of a recording. */
  play?: Play;
}

/** What each source has to show for its part of the question. */
export type Shown = { [Name in keyof Shows]?: Shows[Name]['shown'] };

export interface Answer extends Shown {
  status: Status;
  /** Of what the views and the inspection show, where names are wanted. */
  names?: Names;
  /** Of a recording. */
  playing?: Playing;
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

/** A source whose rows can be had one by one, for outputs that are not screens. */
export interface RowSource extends Source {
  /** Rows as they come; the next ones follow when the listener's promise is resolved. */
  onRows<Name extends keyof Streams>(of: Name, listener: (rows: Streams[Name]) => Promise<void>): void;
  /** In place of onRows: the same rows as lines. Absent: it writes none. */
  onLines?(style: LineStyle, listener: (pieces: Piece[]) => Promise<void>): void;
  /**
   * Ends the source. The last answer, read after everything else; null when there was none. Rows that are left
   * are handed out before it, until `impatience` resolves.
   */
  finish(impatience?: Promise<void>): Promise<Answer | null>;
}
