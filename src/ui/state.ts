import type { Filter } from '../filter/filter.ts';
import type { AlertRule } from '../model/alerts/rule.ts';
import type { Inspection, PaneName } from '../model/model.ts';
import type { NamesQuestion } from '../model/names.ts';
import type { Answer, ViewQuestion } from '../model/question.ts';
import type { Sort } from '../panes/pane.ts';
import { byPane, FIRST_PANES, FLEET_PANES, PANE_NAMES, panes } from '../panes/registry.ts';
import type { Privacy } from '../private/privacy.ts';
import { type Units, USUAL_UNITS } from '../text/format.ts';

import { firstPlay, type PlayState } from './play.ts';
import type { RecordingState } from './recording.ts';

export type Cursor = ViewQuestion['cursor'];

/** Why a filter does not parse, and where: an offset into the text. */
export interface FilterProblem {
  message: string;
  at: number;
}

export type FilterReader = (text: string) => Filter | FilterProblem;

export interface Prompt {
  /** What is typed: a whole filter, or the address or port of one; a moment of a recording. */
  kind: 'filter' | 'host' | 'port' | 'time';
  text: string;
  /** Offset into the text. */
  caret: number;
  problem: FilterProblem | null;
  /** The filter that the text makes, where it has no problem. */
  meant: Filter;
  /** The filter before the prompt opened; Esc brings it back. */
  before: Filter;
}

export type Overlay =
  | { kind: 'help'; scroll: number }
  | { kind: 'inspector'; pane: Inspection['pane']; key: string; scroll: number };

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
  /** Those that had the keys, the last one first: who is shown where panes share a box. */
  recent: readonly PaneName[];
  /** The pane with the keys has the whole screen. */
  isZoomed: boolean;
  cursors: Readonly<Record<PaneName, Cursor>>;
  /** Where the selection was last seen, for moving on when its row is gone. */
  places: Readonly<Record<PaneName, number>>;
  sorts: Readonly<Record<PaneName, Sort>>;
  /** What a pane's rows are put together by; absent: as at the start. */
  groupings: Readonly<Partial<Record<PaneName, string>>>;
  filter: Filter;
  /** Whose processes alone; null: all. */
  cgroup: string | null;
  prompt: Prompt | null;
  overlay: Overlay | null;
  frozen: boolean;
  /** With bytes on the wire. */
  wire: boolean;
  /** With text within TLS. */
  readsTls: boolean;
  /** With the values of queries. */
  withQueries: boolean;
  /** Alerts of the user's own. */
  rules?: readonly AlertRule[];
  /** The packet that others are compared with: one of its events, its identity, and on which machine it was. */
  mark: { key: string; packet: string; machine?: string } | null;
  /** What is shown by name. */
  names: NamesQuestion;
  /** Closed connections are shown. */
  closed: boolean;
  units: Units;
  /** Bars are of logarithms. */
  logScale: boolean;
  intervalMs: number;
  /** Times that totals were set to zero, less those that were brought back. */
  resets: number;
  /** The totals before the last one can be brought back. */
  canRestore: boolean;
  /** Rows are of several machines. */
  hasMachines: boolean;
  /** A sentence about the last key, until the next one. */
  message: string;
  /** What was copied last. */
  copied: { text: string } | null;
  /** What hides addresses and names where the screen is drawn; null: they are shown. */
  privacy: Privacy | null;
  answer: Answer | null;
  /** null: what is shown is no recording. */
  play: PlayState | null;
  /** null: none is made. */
  recording: RecordingState | null;
}

export interface UiOptions {
  filter: Filter;
  cgroup?: string | null;
  intervalMs: number;
  statsOnly: boolean;
  wire: boolean;
  readsTls?: boolean;
  withQueries?: boolean;
  rules?: readonly AlertRule[];
  units?: Units;
  initialPane?: PaneName;
  /** What is shown is a recording. */
  isReplay?: boolean;
  /** Addresses and names are hidden from the start. */
  privacy?: Privacy | null;
  /** What is shown are the machines of a fleet. */
  isFleet?: boolean;
  /** Rows are of several machines. */
  hasMachines?: boolean;
  /** Where it begins, microseconds since the epoch; absent: at its beginning. */
  beginUs?: number;
  /** A sentence to begin with. */
  message?: string;
}

const firstSort = (name: PaneName): Sort => {
  const [{ id, descending }] = panes[name].sorts;
  return { column: id, descending };
};

export function initialState(options: UiOptions, size: Size): UiState {
  const focus = options.initialPane ?? PANE_NAMES[0];
  const own = FIRST_PANES.filter((name) => !options.statsOnly || isStatistics(panes[name]));
  return {
    size,
    panes: options.isFleet ? FLEET_PANES : own,
    focus,
    recent: [focus],
    isZoomed: false,
    cursors: byPane(() => null),
    places: byPane(() => 0),
    sorts: byPane(firstSort),
    groupings: {},
    filter: options.filter,
    cgroup: options.cgroup ?? null,
    prompt: null,
    overlay: null,
    frozen: false,
    wire: options.wire,
    readsTls: options.readsTls ?? false,
    withQueries: options.withQueries ?? false,
    ...(options.rules && { rules: options.rules }),
    mark: null,
    names: { hosts: 'off', services: false },
    closed: true,
    units: options.units ?? USUAL_UNITS,
    logScale: false,
    intervalMs: options.intervalMs,
    resets: 0,
    canRestore: false,
    hasMachines: options.hasMachines ?? false,
    message: options.message ?? '',
    copied: null,
    privacy: options.privacy ?? null,
    answer: null,
    play: options.isReplay ? firstPlay(options.beginUs) : null,
    recording: null,
  };
}

/** What shows neither packets nor what is told of them one by one. */
const isStatistics = ({ rowsOf, isCostly }: { rowsOf: string; isCostly?: true }): boolean =>
  rowsOf !== 'packets' && !isCostly;
