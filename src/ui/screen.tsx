import { Box } from 'ink';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { Lines } from '../../components/Lines.tsx';
import { Pane } from '../../components/Pane.tsx';
import { Table } from '../../components/Table.tsx';
import type { PaneName, Row } from '../model/model.ts';
import { headerLine, type PlacedColumn, placeColumns, rowLine, withNames } from '../panes/column.ts';
import { isTrace, type Pane as PaneData, sortMarks } from '../panes/pane.ts';
import { clip, type Line, segment } from '../text/span.ts';
import type { Theme } from '../text/theme.ts';
import { emptyReason } from './empty.ts';
import { footerLines } from './footer.ts';
import { shownPane } from './grouping.ts';
import { headerLines } from './header.ts';
import { isMarked } from './journeys.ts';
import { bodyLines, dataRows, type Layout, layout, MIN_COLUMNS, MIN_ROWS } from './layout.ts';
import { overlayLines } from './overlay.ts';
import type { Overlay, UiState } from './state.ts';
import type { UiStore } from './store.ts';
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

interface PaneProps {
  name: PaneName;
  state: UiState;
  shape: Layout;
  theme: Theme;
}

function PaneView({ name, state, shape, theme }: PaneProps): ReactElement | null {
  if (shape.panes[name] === 0) return null;
  const { columns } = shownPane(state, name) as PaneData<Row>;
  const wide = state.names.hosts === 'off' ? columns : withNames(columns);
  const placed = placeColumns(wide, state.size.columns - 1);
  const title = titleLine(state, name, columns.length - placed.length);
  const height = shape.panes[name] - 1;
  if (height === 0) return <Pane title={title} palette={theme} />;
  const rows = visibleRows(state, name, dataRows(shape, name));
  return (
    <Pane title={title} palette={theme}>
      <Table
        header={headerLine(placed, sortMarks(state.sorts[name]))}
        focused={state.focus === name}
        rows={paneLines(state, name, placed, rows)}
        selected={selectedRow(state, name)}
        marked={markedRows(state, rows)}
        height={height}
        palette={theme}
      />
    </Pane>
  );
}

interface OverlayProps {
  state: UiState;
  overlay: Overlay;
  height: number;
  theme: Theme;
}

const ROW_NAMES: Readonly<Record<PaneName | 'comparison', string>> = {
  processes: 'Process',
  connections: 'Connection',
  trace: 'Packet',
  drops: 'Drops',
  journeys: 'Path of a packet',
  comparison: 'Two packets',
};

function nameOf({ answer }: UiState, pane: PaneName | 'comparison'): string {
  const open = answer?.inspection;
  const isGroup = open?.pane === 'processes' && open.row.pid === 0 && open.row.group !== null;
  return isGroup ? 'Processes' : ROW_NAMES[pane];
}

function OverlayView({ state, overlay, height, theme }: OverlayProps): ReactElement {
  const lines = overlayLines(state, overlay);
  const name = overlay.kind === 'help' ? 'Keys' : nameOf(state, overlay.pane);
  const from = Math.max(0, Math.min(overlay.scroll, lines.length - (height - 1)));
  const below = lines.length - from - (height - 1);
  const right = below > 0 ? [segment(1, `${below} more below`)] : [];
  return (
    <Pane title={rule([segment(0, name, 'strong')], right, state.size.columns, true)} palette={theme}>
      <Lines lines={lines.slice(from, from + height - 1)} height={height - 1} palette={theme} />
    </Pane>
  );
}

function TooSmall({ state, theme }: { state: UiState; theme: Theme }): ReactElement {
  const { columns, rows } = state.size;
  const text = `${columns}x${rows} is too small; nettop needs ${MIN_COLUMNS}x${MIN_ROWS}`;
  return <Lines lines={[clip([{ text }], columns)]} height={1} palette={theme} />;
}

/** The whole screen, drawn from the store. */
export function Screen({ store, theme }: { store: UiStore; theme: Theme }): ReactElement {
  const state = useStore(store);
  const shape = layout(state);
  if (shape.tooSmall) return <TooSmall state={state} theme={theme} />;
  const { columns, rows } = state.size;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Lines lines={headerLines(state, shape.header)} height={shape.header} palette={theme} />
      {state.overlay !== null ? (
        <OverlayView state={state} overlay={state.overlay} height={bodyLines(shape)} theme={theme} />
      ) : (
        state.panes.map((name) => (
          <PaneView key={name} name={name} state={state} shape={shape} theme={theme} />
        ))
      )}
      <Lines lines={footerLines(state)} height={shape.footer} palette={theme} />
    </Box>
  );
}
