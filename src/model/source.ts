import type { Expression } from '../filter/ast.ts';
import type { FrameRow } from './frame.ts';
import type { EventRow, Inspection, PacketRow } from './model.ts';
import type { Shows } from './panes.ts';
import type { Question } from './question.ts';
import type { Reading } from './reading.ts';

/** What a tick goes by. Times are monotonic, ns. */
export interface Tick {
  nowNs: number;
  /** What has less seconds has no rate. */
  enough: number;
  /** Nothing is left for a later one. */
  last: boolean;
}

/** Rows that are handed out one by one, by their source. A pane whose rows are adds itself in its folder. */
export interface Streams {
  trace: PacketRow[];
  events: EventRow[];
  frames: FrameRow[];
}

/** Where rows of one kind come from, in the worker. Each leaves out what it has no use for. */
export interface Source {
  /** A filter is in force from now on. */
  setFilter?(expression: Expression | null): void;
  /** The question is another one; its filter is in force already. */
  ask?(question: Question): void;
  /** All totals begin anew; those up to now are kept. */
  reset?(): void;
  /** The totals before the last reset come back, with what was counted since. */
  restore?(): void;
  /** Before and after the sockets of a tick are looked at. */
  begin?(tick: Tick): void;
  tick?(tick: Tick): void;
  /** Between ticks: takes in what waits in a ring; returns how much there was. */
  drain?(): number;
  /** All that is known of the row that is open; null: it is gone. */
  inspect?(key: string): Inspection | null;
  /** Its part of the status. */
  reading?(): Partial<Reading>;
  /** What it could not do, as sentences. */
  warnings?(): string[];
  /** No more comes in, and what waits is read: the last tick follows. */
  end?(): void;
  /** What was not handed out yet never will be, and is counted. */
  abandon?(): void;
  /** Leaves the kernel. */
  stop?(): void;
}

/** A source of what is asked for by name: the rows of a pane. */
export interface PaneSource<Name extends keyof Shows> extends Source {
  /** undefined: it has nothing to show, as the kernel refuses what it needs. */
  view(asked: Shows[Name]['asked']): Shows[Name]['shown'] | undefined;
  /** Rows that were not handed out yet, at most `limit`. */
  take?(limit: number): Name extends keyof Streams ? Streams[Name] : never[];
}
