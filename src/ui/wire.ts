import { askedPane } from './grouping.ts';
import type { UiState } from './state.ts';

/** With bytes on the wire, or without; an order that has no column any more gives way to the first. */
export function toggleWire(before: UiState): UiState {
  const state = { ...before, wire: !before.wire };
  const [first, ...others] = askedPane(state, 'processes').sorts;
  const now = state.sorts.processes;
  const sort = [first, ...others].some(({ id }) => id === now.column)
    ? now
    : { column: first.id, descending: first.descending };
  const message = state.wire
    ? 'bytes on the wire are counted from now on'
    : 'bytes on the wire are not counted';
  return { ...state, sorts: { ...state.sorts, processes: sort }, message };
}

/** Off again where the kernel refuses to count them, with its reason. */
export function withoutRefusedWire(state: UiState): UiState {
  const refusal = state.answer?.status.refused.find(({ part }) => part === 'wire');
  return state.wire && refusal ? { ...toggleWire(state), message: refusal.reason } : state;
}
