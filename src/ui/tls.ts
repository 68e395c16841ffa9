import type { UiState } from './state.ts';

/** What it costs, to be said where it is switched on. */
export const TLS_COST =
  'text within TLS is read from now on: each call of a TLS library takes some microseconds more';

/** With text within TLS, or without. */
export function toggleTls(state: UiState): UiState {
  const readsTls = !state.readsTls;
  const message = readsTls ? TLS_COST : 'text within TLS is not read';
  return { ...state, readsTls, message };
}

/** Off again where the kernel refuses it, with its reason. */
export function withoutRefusedTls(state: UiState): UiState {
  const refusal = state.answer?.status.refused.find(({ part }) => part === 'texts');
  return state.readsTls && refusal ? { ...state, readsTls: false, message: refusal.reason } : state;
}
