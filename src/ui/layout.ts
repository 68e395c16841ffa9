import type { PaneName } from '../model/model.ts';
import { panes } from '../panes/registry.ts';
import type { UiState } from './state.ts';

/** A part of the screen that several panes share: one is shown, the others are tabs in its title. */
export interface Box {
  /** In the order of their numbers, with the one that is shown. */
  tabs: readonly PaneName[];
  shown: PaneName;
  columns: number;
  /** With the title; 1 is the title alone. */
  lines: number;
}

/** Lines of each part of the screen; together they are its height. */
export interface Layout {
  tooSmall: boolean;
  header: number;
  /** From the top; the boxes of a row are side by side and of one height. */
  rows: readonly (readonly Box[])[];
  footer: number;
}

export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;
/** From here on all panes share the lines; below, the one with the keys has what the others can do without. */
const SHARED_ROWS = 40;
/** Below, the others are titles; still lower they are tabs of the one with the keys. */
const ALL_PANES_ROWS = 24;
const TITLES_ROWS = 14;
const TWO_LINE_HEADER_ROWS = 18;
/** Title, column titles and three rows. */
const LEAST_LINES = 5;
/** From here on the first tab of a slot has a box of its own, and the others share the one beside it. */
const SIDE_BY_SIDE_COLUMNS = 180;
/** Between two boxes. */
export const GAP = 1;

type Tabs = Pick<Box, 'tabs' | 'shown'>;

/** Of some panes the one that had the keys last, else the first. */
function boxOf(names: readonly PaneName[], { recent }: UiState): Tabs[] {
  const [first] = names;
  if (first === undefined) return [];
  return [{ tabs: names, shown: recent.find((name) => names.includes(name)) ?? first }];
}

/** Panes by their slots, in the order of the screen. */
function slots(state: UiState): Tabs[][] {
  const names = [...new Set(state.panes.map((name) => panes[name].slot))];
  return names.map((slot) => {
    const members = state.panes.filter((name) => panes[name].slot === slot);
    const own = state.size.columns < SIDE_BY_SIDE_COLUMNS ? members.length : 1;
    return [...boxOf(members.slice(0, own), state), ...boxOf(members.slice(own), state)];
  });
}

/** The boxes of a row, each with its part of the width. */
function placed(row: readonly Tabs[], lines: number, width: number): Box[] {
  let left = width - GAP * (row.length - 1);
  return row.map((box, index) => {
    const columns = Math.floor(left / (row.length - index));
    left -= columns;
    return { ...box, columns, lines };
  });
}

function shares(body: number, rows: readonly (readonly Tabs[])[]): number[] {
  const weights = rows.map((row) => Math.max(...row.map(({ shown }) => panes[shown].share)));
  let left = body;
  let rest = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => {
    const lines = Math.floor((left * weight) / rest);
    left -= lines;
    rest -= weight;
    return lines;
  });
}

/** Lines of each row: so many for those without the keys, and what is left for the one with them. */
function accordion(
  body: number,
  rows: readonly (readonly Tabs[])[],
  focus: PaneName,
  least: number,
): number[] {
  const rest = body - least * (rows.length - 1);
  return rows.map((row) => (row.some(({ shown }) => shown === focus) ? rest : least));
}

/** Who gets how many lines: all panes, or the one with the keys before others, or it alone. */
export function layout(state: UiState): Layout {
  const { size, focus, prompt, isZoomed } = state;
  const tooSmall = size.columns < MIN_COLUMNS || size.rows < MIN_ROWS;
  const header = size.rows >= TWO_LINE_HEADER_ROWS ? 2 : 1;
  const footer = prompt === null ? 1 : 2;
  const body = size.rows - header - footer;
  const isAlone = isZoomed || size.rows < TITLES_ROWS;
  const rows = isAlone ? [boxOf(state.panes, state)] : slots(state);
  const lines =
    size.rows >= SHARED_ROWS && !isAlone
      ? shares(body, rows)
      : accordion(body, rows, focus, size.rows < ALL_PANES_ROWS ? 1 : LEAST_LINES);
  return {
    tooSmall,
    header,
    rows: rows.map((row, index) => placed(row, lines[index] ?? 0, size.columns)),
    footer,
  };
}

/** Lines between the header and the footer. */
export function bodyLines({ rows }: Layout): number {
  return rows.reduce((sum, [box]) => sum + (box?.lines ?? 0), 0);
}

export const TITLE_AND_COLUMNS = 2;

/** Rows of data that the pane has room for. */
export function dataRows({ tooSmall, rows }: Layout, name: PaneName): number {
  const box = rows.flat().find(({ shown }) => shown === name);
  return tooSmall || box === undefined ? 0 : Math.max(0, box.lines - TITLE_AND_COLUMNS);
}
