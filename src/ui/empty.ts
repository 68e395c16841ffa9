import type { PaneName } from '../model/model.ts';
import { isTrace } from '../panes/pane.ts';
import { panes } from '../panes/registry.ts';
import type { UiState } from './state.ts';

function emptyTrace(state: UiState): string {
  const status = state.answer?.status;
  if (status?.points.length && status.points.every((point) => point.hook === null)) {
    return 'no function can be traced on this machine — nettop doctor says why';
  }
  if (state.frozen) return 'frozen before a packet came — Space goes on';
  return status?.trace === 'off' ? 'trace off' : 'waiting for traffic';
}

/** Why a pane has no rows. */
export function emptyReason(state: UiState, pane: PaneName): string {
  if (state.answer === null) return 'starting …';
  const refusal = state.answer.status.refused.find(({ part }) => part === (isTrace(pane) ? 'trace' : pane));
  if (refusal) return `${refusal.reason} — ${refusal.hint}`;
  if (state.filter !== '') return `no ${panes[pane].rows} match \`${state.filter}\` — Esc clears the filter`;
  if (isTrace(pane)) return emptyTrace(state);
  if (pane === 'drops') return 'no packet was dropped since this pane was opened';
  return pane === 'connections' ? 'no connections' : 'waiting for traffic';
}
