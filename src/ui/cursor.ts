import type { PaneName, Row } from '../model/model.ts';
import type { Answer, View } from '../model/question.ts';
import { isLive } from '../panes/registry.ts';
import type { Move } from './command.ts';
import type { Cursor, UiState } from './state.ts';

/** Place of the cursor in the sorted list; null when nothing is selected. */
function placeOf(state: UiState, pane: PaneName): number | null {
  const cursor = state.cursors[pane];
  if (cursor === null) return null;
  if ('index' in cursor) return cursor.index;
  const view = state.answer?.[pane];
  const shown = view?.rows.findIndex((row) => row.key === cursor.key) ?? -1;
  return view !== undefined && shown >= 0 ? view.first + shown : state.places[pane];
}

function target(state: UiState, pane: PaneName, move: Move, page: number, last: number): number {
  const steps = { up: -1, down: 1, 'page-up': -page, 'page-down': page };
  if (move === 'first') return 0;
  if (move === 'last') return last;
  const place = placeOf(state, pane);
  const fresh = isLive(pane) ? last : (state.answer?.[pane]?.first ?? 0);
  if (place !== null) return place + steps[move];
  return move === 'up' || move === 'down' ? fresh : fresh + steps[move];
}

/** A row that is on the screen is named by its key: its place may have changed since. */
function cursorAt(view: View<Row>, index: number): Cursor {
  const row = view.rows[index - view.first];
  return row === undefined ? { index } : { key: row.key };
}

/** Whether the rows are put together in another way than is asked for by now. */
const isEarlier = ({ groupings }: UiState, pane: PaneName, { group }: View<Row>): boolean =>
  group !== undefined && (groupings[pane] ?? group) !== group;

/** Moves the selection of the focused pane, by `page` rows at most. The last row of the trace is its live end. */
export function moveCursor(state: UiState, move: Move, page: number): UiState {
  const pane = state.focus;
  const view = state.answer?.[pane];
  if (view === undefined || view.total === 0) return state;
  if (isLive(pane) && move === 'last') return withCursor(state, pane, null);
  const last = view.total - 1;
  const index = Math.max(0, Math.min(last, target(state, pane, move, page, last)));
  const cursor = isEarlier(state, pane, view) ? { index } : cursorAt(view, index);
  return { ...withCursor(state, pane, cursor), places: { ...state.places, [pane]: index } };
}

export function withCursor(state: UiState, pane: PaneName, cursor: Cursor): UiState {
  return { ...state, cursors: { ...state.cursors, [pane]: cursor } };
}

/** The row that a key such as Enter means: the selected one, or the one where a move would begin. */
export function currentKey(state: UiState, pane: PaneName): string | null {
  const view = state.answer?.[pane];
  const cursor = state.cursors[pane];
  if (cursor !== null && 'key' in cursor) return cursor.key;
  const index =
    cursor === null ? (isLive(pane) ? Number.POSITIVE_INFINITY : 0) : cursor.index - (view?.first ?? 0);
  return view?.rows[Math.min(index, view.rows.length - 1)]?.key ?? null;
}

/**
 * Ties the cursor to a row as soon as an answer says which row is at its place. In the trace a selected
 * packet that the memory no longer holds gives way to the live end; an event gives way to its packet.
 */
function follow(pane: PaneName, cursor: Cursor, view: View<Row>): Cursor {
  if (cursor === null) return null;
  if ('index' in cursor) {
    const here = view.selected === Math.min(cursor.index, view.total - 1);
    return here && view.selectedKey !== null ? { key: view.selectedKey } : cursor;
  }
  if (!isLive(pane) || view.asked !== cursor.key) return cursor; // or it answers an earlier question
  return view.selectedKey === null ? null : { key: view.selectedKey };
}

/** Takes in an answer. */
export function withAnswer(state: UiState, answer: Answer): UiState {
  const cursors = { ...state.cursors };
  const places = { ...state.places };
  for (const pane of state.panes) {
    const view = answer[pane];
    if (view === undefined) continue;
    if (isEarlier(state, pane, view)) continue;
    cursors[pane] = follow(pane, cursors[pane], view);
    if (view.selected !== null) places[pane] = view.selected;
  }
  return { ...state, answer, cursors, places };
}
