import { ANY_NAMES, readFilter } from '../filter/parser.ts';
import type { Inspection, Row } from '../model/model.ts';
import type { Followed } from '../panes/pane.ts';
import { isPane, isTrace, panes } from '../panes/registry.ts';
import { withCursor } from './cursor.ts';
import { focusOn } from './focus.ts';
import { rowOf } from './row.ts';
import type { UiState } from './state.ts';

/** Goes from a row to its packets in the trace; where a row has none, nothing happens. */
export function follow(state: UiState, pane: Inspection['pane'], key: string | null): UiState {
  if (!isPane(pane)) return state;
  const go = panes[pane].follow;
  if (!go) return state;
  const followed = (go as (row: Row | undefined) => Followed)(rowOf(state, pane, key));
  return 'message' in followed ? { ...state, message: followed.message } : traced(state, followed);
}

function traced(state: UiState, { filter, flow }: Exclude<Followed, { message: string }>): UiState {
  const trace = state.panes.find(isTrace);
  if (trace === undefined) return { ...state, message: 'there is no trace in this run' };
  return {
    ...focusOn(withCursor(state, trace, null), trace),
    filter: readFilter(filter, ANY_NAMES), // it has addresses and numbers, no names
    frozen: false,
    overlay: null,
    message: `traced: ${flow}`,
  };
}
