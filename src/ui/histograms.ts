import type { Row } from '../model/model.ts';
import { panes } from '../panes/registry.ts';
import { rowOf } from './row.ts';
import type { UiState } from './state.ts';

/** Opens the histograms of the selected row's connections, or of all of its pane. */
export function openHistograms(state: UiState): UiState {
  const { focus, cursors } = state;
  const of = panes[focus].histogramsOf as ((row: Row | undefined) => string | null) | undefined;
  if (!of) return { ...state, message: 'there are histograms of connections and of processes' };
  const cursor = cursors[focus];
  const key = of(rowOf(state, focus, cursor !== null && 'key' in cursor ? cursor.key : null));
  if (key === null) return { ...state, message: 'no histograms of a process with those below it' };
  return { ...state, overlay: { kind: 'inspector', pane: 'distribution', key, scroll: 0 } };
}
