import { withKnownSorts } from './grouping.ts';
import type { UiState } from './state.ts';

/** With bytes on the wire, or without. */
export function toggleWire(state: UiState): UiState {
  const wire = !state.wire;
  const message = wire ? 'bytes on the wire are counted from now on' : 'bytes on the wire are not counted';
  return { ...withKnownSorts({ ...state, wire }), message };
}

/** Off again where the kernel refuses to count them, with its reason. */
export function withoutRefusedWire(state: UiState): UiState {
  const refusal = state.answer?.status.refused.find(({ part }) => part === 'wire');
  return state.wire && refusal ? { ...toggleWire(state), message: refusal.reason } : state;
}
