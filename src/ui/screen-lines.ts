import type { PaneName, Row } from '../model/model.ts';
import {
  headerLine,
  type PlacedColumn,
  placeColumns,
  rowLine,
  withNames,
  withUnits,
} from '../panes/column.ts';
import { type PaneTable, sortMarks } from '../panes/pane.ts';
import { isLive } from '../panes/registry.ts';
import { clip, type Line, lineWidth, segment } from '../text/span.ts';
import { emptyReason } from './empty.ts';
import { footerLines } from './footer.ts';
import { shownTable } from './grouping.ts';
import { headerLines } from './header.ts';
import { inspectorTitle } from './inspector.ts';
import { type Box, bodyLines, dataRows, GAP, type Layout, layout, MIN_COLUMNS, MIN_ROWS } from './layout.ts';
import { isMarked } from './mark.ts';
import { overlayLines } from './overlay-lines.ts';
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
  const atEnd = isLive(pane) && state.cursors[pane] === null;
  return known.slice(atEnd ? Math.max(0, known.length - count) : 0).slice(0, count);
}

function paneLines(state: UiState, box: Box, placed: PlacedColumn<Row>[], rows: Row[]): Line[] {
  if (rows.length > 0) return rows.map((row) => rowLine(placed, row, state.answer?.names, state.units));
  return [clip([{ text: ` ${emptyReason(state, box.shown)}`, tone: 'muted' }], box.columns - 1)];
}

/** Places of the marked packet's rows among those shown. */
function markedRows({ mark }: UiState, rows: readonly Row[]): ReadonlySet<number> {
  const places = rows.flatMap((row, place) => ('packet' in row && isMarked(mark, row) ? [place] : []));
  return new Set(places);
}

/** A box with its title and the pane that is shown. */
export function boxLines(state: UiState, box: Box, shape: Layout): Line[] {
  const { shown: name, lines: height } = box;
  const { columns } = shownTable(state, name) as PaneTable<Row>;
  const wide = state.names.hosts === 'off' ? columns : withNames(columns);
  const placed = placeColumns(withUnits(wide, state.units), box.columns - 1);
  const title = titleLine(state, box, columns.length - placed.length);
  if (height === 1) return [title];
  const rows = visibleRows(state, name, dataRows(shape, name));
  const table = tableLines({
    header: headerLine(placed, sortMarks(state.sorts[name])),
    rows: paneLines(state, box, placed, rows),
    selected: selectedRow(state, name),
    marked: markedRows(state, rows),
    isFocused: state.focus === name,
  });
  return exactly(height, [title, ...table]);
}

function overlayWhole(state: UiState, overlay: Overlay, height: number): Line[] {
  const lines = overlayLines(state, overlay);
  const open = state.answer?.inspection ?? null;
  const name = overlay.kind === 'help' ? 'Keys' : inspectorTitle(open, overlay.pane);
  const from = Math.max(0, Math.min(overlay.scroll, lines.length - (height - 1)));
  const below = lines.length - from - (height - 1);
  const right = below > 0 ? [segment(1, `${below} more below`)] : [];
  const title = rule([segment(0, name, 'strong')], right, state.size.columns, true);
  return exactly(height, [title, ...lines.slice(from)]);
}

/** Boxes side by side: each but the last one as wide as it is. */
function besides(row: readonly Box[], boxes: readonly Line[][]): Line[] {
  const [first = []] = boxes;
  if (boxes.length < 2) return first;
  return first.map((_, place) =>
    boxes.flatMap((lines, index) => {
      const line = clip(lines[place] ?? [], row[index]?.columns ?? 0);
      const free = (row[index]?.columns ?? 0) - lineWidth(line) + GAP;
      return index === boxes.length - 1 ? line : [...line, { text: ' '.repeat(free) }];
    }),
  );
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
      ? shape.rows.flatMap((row) =>
          besides(
            row,
            row.map((box) => boxLines(state, box, shape)),
          ),
        )
      : overlayWhole(state, state.overlay, bodyLines(shape));
  return [
    ...exactly(shape.header, headerLines(state, shape.header)),
    ...body,
    ...exactly(shape.footer, footerLines(state)),
  ];
}
