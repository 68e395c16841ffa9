import type { UiState } from './state.ts';

/** Rates in bits or in bytes; totals are bytes. */
export function toggleBits(state: UiState): UiState {
  const bits = !state.units.bits;
  return {
    ...state,
    units: { ...state.units, bits },
    message: `rates in ${bits ? 'bits' : 'bytes'} per second`,
  };
}
