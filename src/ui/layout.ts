import type { PaneName } from '../model/model.ts';
import { byPane, panes } from '../panes/registry.ts';
import type { UiState } from './state.ts';

/** Lines of each part of the screen; together they are its height. */
export interface Layout {
  tooSmall: boolean;
  header: number;
  /** Lines of each pane with its title; 1 is the title alone, 0 is nothing. */
  panes: Readonly<Record<PaneName, number>>;
  footer: number;
}

export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;
const ALL_PANES_ROWS = 24;
const TITLES_ROWS = 14;
const TWO_LINE_HEADER_ROWS = 18;

const NO_LINES = byPane(() => 0);

/** One of each slot: what has the keys, else the first; the others cost nothing while hidden. */
function shown({ panes: names, focus }: UiState): PaneName[] {
  return names.filter((name) => {
    const { slot } = panes[name];
    return name === (panes[focus].slot === slot ? focus : names.find((other) => panes[other].slot === slot));
  });
}

function share(body: number, names: readonly PaneName[]): Record<PaneName, number> {
  const lines = { ...NO_LINES };
  let left = body;
  let shares = names.reduce((sum, name) => sum + panes[name].share, 0);
  for (const name of names) {
    lines[name] = Math.floor((left * panes[name].share) / shares);
    left -= lines[name];
    shares -= panes[name].share;
  }
  return lines;
}

/** Who gets how many lines: all panes, or the focused one with the others' titles, or it alone. */
export function layout(state: UiState): Layout {
  const { size, focus, prompt } = state;
  const names = shown(state);
  const tooSmall = size.columns < MIN_COLUMNS || size.rows < MIN_ROWS;
  const header = size.rows >= TWO_LINE_HEADER_ROWS ? 2 : 1;
  const footer = prompt === null ? 1 : 2;
  const body = size.rows - header - footer;
  if (size.rows >= ALL_PANES_ROWS) return { tooSmall, header, panes: share(body, names), footer };
  const title = size.rows >= TITLES_ROWS ? 1 : 0;
  const lines = { ...NO_LINES };
  for (const name of names) lines[name] = name === focus ? body - title * (names.length - 1) : title;
  return { tooSmall, header, panes: lines, footer };
}

/** Lines between the header and the footer. */
export function bodyLines({ panes: lines }: Layout): number {
  return Object.values(lines).reduce((sum, some) => sum + some, 0);
}

const TITLE_AND_COLUMNS = 2;

/** Rows of data that the pane has room for. */
export function dataRows({ tooSmall, panes: lines }: Layout, name: PaneName): number {
  return tooSmall ? 0 : Math.max(0, lines[name] - TITLE_AND_COLUMNS);
}
