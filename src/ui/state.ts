import { type Grouping, PANE_NAMES, type PaneName } from '../model/model.ts';
import type { NamesQuestion } from '../model/names.ts';
import type { Answer, ViewQuestion } from '../model/question.ts';
import type { Sort } from '../panes/pane.ts';
import { byPane, FIRST_PANES, panes } from '../panes/registry.ts';

export type Cursor = ViewQuestion['cursor'];

/** Why a filter does not parse, and where: an offset into the text. */
export interface FilterProblem {
  message: string;
  at: number;
}

/** null: the text parses. */
export type FilterCheck = (text: string) => FilterProblem | null;

export interface Prompt {
  /** What is typed: a whole filter, or the address or port of one. */
  kind: 'filter' | 'host' | 'port';
  text: string;
  /** Offset into the text. */
  caret: number;
  problem: FilterProblem | null;
  /** The filter before the prompt opened; Esc brings it back. */
  before: string;
}

export type Overlay =
  | { kind: 'help'; scroll: number }
  | { kind: 'inspector'; pane: PaneName | 'comparison'; key: string; scroll: number };

export interface Size {
  columns: number;
  rows: number;
}

/** Everything about the screen that the user decides, and the last answer to it. */
export interface UiState {
  size: Size;
  /** Panes of this run, in the order of their numbers; the trace is here by the name of how it is shown. */
  panes: readonly PaneName[];
  focus: PaneName;
  cursors: Readonly<Record<PaneName, Cursor>>;
  /** Where the selection was last seen, for moving on when its row is gone. */
  places: Readonly<Record<PaneName, number>>;
  sorts: Readonly<Record<PaneName, Sort>>;
  /** What the processes are put together by. */
  grouping: Grouping;
  filter: string;
  prompt: Prompt | null;
  overlay: Overlay | null;
  frozen: boolean;
  /** With bytes on the wire. */
  wire: boolean;
  /** The packet that others are compared with: one of its events, and its identity. */
  mark: { key: string; packet: string } | null;
  /** What is shown by name. */
  names: NamesQuestion;
  /** Closed connections are shown. */
  closed: boolean;
  intervalMs: number;
  resets: number;
  /** A sentence about the last key, until the next one. */
  message: string;
  answer: Answer | null;
}

export interface UiOptions {
  filter: string;
  intervalMs: number;
  statsOnly: boolean;
  wire: boolean;
  initialPane?: PaneName;
  /** A sentence to begin with. */
  message?: string;
}

const firstSort = (name: PaneName): Sort => {
  const [{ id, descending }] = panes[name].sorts;
  return { column: id, descending };
};

export function initialState(options: UiOptions, size: Size): UiState {
  return {
    size,
    panes: FIRST_PANES.filter((name) => !options.statsOnly || panes[name].isOfSockets),
    focus: options.initialPane ?? PANE_NAMES[0],
    cursors: byPane(() => null),
    places: byPane(() => 0),
    sorts: byPane(firstSort),
    grouping: 'process',
    filter: options.filter,
    prompt: null,
    overlay: null,
    frozen: false,
    wire: options.wire,
    mark: null,
    names: { hosts: 'off', services: false },
    closed: true,
    intervalMs: options.intervalMs,
    resets: 0,
    message: options.message ?? '',
    answer: null,
  };
}
