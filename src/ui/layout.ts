import type { PaneName } from '../model.ts';
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

const SHARES: Readonly<Record<PaneName, number>> = { processes: 3, connections: 3, trace: 4 };

function share(body: number, names: readonly PaneName[]): Record<PaneName, number> {
  const lines = { processes: 0, connections: 0, trace: 0 };
  let left = body;
  let shares = names.reduce((sum, name) => sum + SHARES[name], 0);
  for (const name of names) {
    lines[name] = Math.floor((left * SHARES[name]) / shares);
    left -= lines[name];
    shares -= SHARES[name];
  }
  return lines;
}

/** Who gets how many lines: all panes, or the focused one with the others' titles, or it alone. */
export function layout({ size, panes, focus, prompt }: UiState): Layout {
  const tooSmall = size.columns < MIN_COLUMNS || size.rows < MIN_ROWS;
  const header = size.rows >= TWO_LINE_HEADER_ROWS ? 2 : 1;
  const footer = prompt === null ? 1 : 2;
  const body = size.rows - header - footer;
  if (size.rows >= ALL_PANES_ROWS) return { tooSmall, header, panes: share(body, panes), footer };
  const title = size.rows >= TITLES_ROWS ? 1 : 0;
  const lines = { processes: 0, connections: 0, trace: 0 };
  for (const name of panes) lines[name] = name === focus ? body - title * (panes.length - 1) : title;
  return { tooSmall, header, panes: lines, footer };
}

/** Lines between the header and the footer. */
export function bodyLines({ panes }: Layout): number {
  return panes.processes + panes.connections + panes.trace;
}

const TITLE_AND_COLUMNS = 2;

/** Rows of data that the pane has room for. */
export function dataRows({ tooSmall, panes }: Layout, name: PaneName): number {
  return tooSmall ? 0 : Math.max(0, panes[name] - TITLE_AND_COLUMNS);
}
