import type { PaneName, Row } from '../model/model.ts';
import { headerLine, type PlacedColumn, placeColumns, rowLine, withNames } from '../panes/column.ts';
import { type Pane, sortMarks } from '../panes/pane.ts';
import { isTrace, panes } from '../panes/registry.ts';
import { clip, type Line, segment } from '../text/span.ts';
import { emptyReason } from './empty.ts';
import { footerLines } from './footer.ts';
import { shownPane } from './grouping.ts';
import { headerLines } from './header.ts';
import { isMarked } from './journeys.ts';
import { bodyLines, dataRows, type Layout, layout, MIN_COLUMNS, MIN_ROWS } from './layout.ts';
import { overlayLines } from './overlay.ts';
import type { Overlay, UiState } from './state.ts';
import { tableLines } from './table-lines.ts';
import { rule, titleLine } from './title.ts';

/** Index of the selected row among the rows shown: where the keys are now, answered or not. */
function selectedRow(state: UiState, pane: PaneName): number | null {
  const cursor = state.cursors[pane];
  const view = state.answer?.[pane];
  if (cursor === null || view === undefined) return null;
  return 'index' in cursor ? cursor.index - view.first : view.rows.findIndex((row) => row.key === cursor.key);
}

/** The rows of an answer that there is room for. */
function visibleRows(state: UiState, pane: PaneName, count: number): Row[] {
  const known = state.answer?.[pane]?.rows ?? [];
  const atEnd = isTrace(pane) && state.cursors[pane] === null;
  return known.slice(atEnd ? Math.max(0, known.length - count) : 0).slice(0, count);
}

function paneLines(state: UiState, pane: PaneName, placed: PlacedColumn<Row>[], rows: Row[]): Line[] {
  if (rows.length > 0) return rows.map((row) => rowLine(placed, row, state.answer?.names));
  return [clip([{ text: ` ${emptyReason(state, pane)}`, tone: 'muted' }], state.size.columns - 1)];
}

/** Places of the marked packet's rows among those shown. */
function markedRows({ mark }: UiState, rows: readonly Row[]): ReadonlySet<number> {
  const places = rows.flatMap((row, place) => ('packet' in row && isMarked(mark, row) ? [place] : []));
  return new Set(places);
}

/** A pane with its title; none where it has no room. */
function paneWhole(state: UiState, name: PaneName, shape: Layout): Line[] {
  const height = shape.panes[name];
  if (height === 0) return [];
  const { columns } = shownPane(state, name) as Pane<Row>;
  const wide = state.names.hosts === 'off' ? columns : withNames(columns);
  const placed = placeColumns(wide, state.size.columns - 1);
  const title = titleLine(state, name, columns.length - placed.length);
  if (height === 1) return [title];
  const rows = visibleRows(state, name, dataRows(shape, name));
  const table = tableLines({
    header: headerLine(placed, sortMarks(state.sorts[name])),
    rows: paneLines(state, name, placed, rows),
    selected: selectedRow(state, name),
    marked: markedRows(state, rows),
    isFocused: state.focus === name,
  });
  return exactly(height, [title, ...table]);
}

function nameOf({ answer }: UiState, pane: PaneName | 'comparison'): string {
  const open = answer?.inspection;
  const isGroup = open?.pane === 'processes' && open.row.pid === 0 && open.row.group !== null;
  if (pane === 'comparison') return 'Two packets';
  return isGroup ? 'Processes' : panes[pane].rowTitle;
}

function overlayWhole(state: UiState, overlay: Overlay, height: number): Line[] {
  const lines = overlayLines(state, overlay);
  const name = overlay.kind === 'help' ? 'Keys' : nameOf(state, overlay.pane);
  const from = Math.max(0, Math.min(overlay.scroll, lines.length - (height - 1)));
  const below = lines.length - from - (height - 1);
  const right = below > 0 ? [segment(1, `${below} more below`)] : [];
  const title = rule([segment(0, name, 'strong')], right, state.size.columns, true);
  return exactly(height, [title, ...lines.slice(from)]);
}

/** So many lines: cut, or with empty ones behind. */
function exactly(height: number, lines: readonly Line[]): Line[] {
  return Array.from({ length: height }, (_, place) => lines[place] ?? []);
}

/** All lines of the screen, from the top. */
export function screenLines(state: UiState): Line[] {
  const shape = layout(state);
  const { columns, rows } = state.size;
  if (shape.tooSmall) {
    const text = `${columns}x${rows} is too small; nettop needs ${MIN_COLUMNS}x${MIN_ROWS}`;
    return [clip([{ text }], columns)];
  }
  const body =
    state.overlay === null
      ? state.panes.flatMap((name) => paneWhole(state, name, shape))
      : overlayWhole(state, state.overlay, bodyLines(shape));
  return [
    ...exactly(shape.header, headerLines(state, shape.header)),
    ...body,
    ...exactly(shape.footer, footerLines(state)),
  ];
}
