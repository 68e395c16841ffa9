import type { Inspection, Row } from '../model/model.ts';
import { isPane, panes } from '../panes/registry.ts';
import { rowOf } from './row.ts';
import type { UiState } from './state.ts';

/** Hands what a row offers to the terminal's clipboard. */
export function copy(state: UiState, pane: Inspection['pane'], key: string | null): UiState {
  const copies = isPane(pane) && (panes[pane].copies as ((row: Row) => string | null) | undefined);
  if (!copies) return { ...state, message: 'there are commands to copy in the alerts' };
  const row = rowOf(state, pane, key);
  const text = row ? copies(row) : null;
  if (text === null) return { ...state, message: 'no command would help here' };
  return { ...state, copied: { text }, message: `copied: ${text}` };
}
