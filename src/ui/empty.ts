import type { PaneName } from '../model/model.ts';
import { isTrace, panes } from '../panes/registry.ts';
import type { UiState } from './state.ts';

/** null: nothing but that there was no packet yet. */
function emptyTrace(state: UiState): string | null {
  const status = state.answer?.status;
  if (status?.points.length && status.points.every((point) => point.hook === null)) {
    return 'no function can be traced on this machine — nettop doctor says why';
  }
  if (state.frozen) return 'frozen before a packet came — Space goes on';
  return status?.trace === 'off' ? 'trace off' : null;
}

/** Why a pane has no rows. */
export function emptyReason(state: UiState, pane: PaneName): string {
  if (state.answer === null) return 'starting …';
  if (state.answer.status.fleet && state.answer[pane] === undefined) return 'asking the server …';
  const refusal = state.answer.status.refused.find(({ part }) => part === panes[pane].part);
  if (refusal) return `${refusal.reason} — ${refusal.hint}`;
  const isRecorded = state.play !== null || state.hasMachines;
  if (isRecorded && state.answer[pane] === undefined && !isTrace(pane))
    return `${panes[pane].rows} were not recorded — --stats leaves them out, and so do older versions`;
  if (state.filter.text !== '')
    return `no ${panes[pane].rows} match \`${state.filter.text}\` — Esc clears the filter`;
  return (isTrace(pane) && emptyTrace(state)) || panes[pane].empty;
}
