import type { PaneName } from '../model/model.ts';
import type { UiState } from './state.ts';

/** Gives the keys to a pane, and brings it to the front of its box. */
export function focusOn(state: UiState, pane: PaneName | undefined): UiState {
  if (pane === undefined) return state;
  return { ...state, focus: pane, recent: [pane, ...state.recent.filter((name) => name !== pane)] };
}

/** The pane after the one with the keys, in the order of their numbers, or the one before it. */
export function focusBy(state: UiState, step: 1 | -1): UiState {
  const { panes } = state;
  return focusOn(state, panes[(panes.indexOf(state.focus) + step + panes.length) % panes.length]);
}
