import { type OverlayCommand, stepOf } from './command.ts';
import { copy } from './copy.ts';
import { follow } from './follow.ts';
import type { Input, Reach } from './input.ts';
import { nameHosts, namePorts } from './names.ts';
import type { Overlay, UiState } from './state.ts';
import { toggleBits } from './units.ts';

type Step = (state: UiState, overlay: Overlay, reach: Reach) => UiState;

const steps: Readonly<Record<OverlayCommand, Step>> = {
  up: scroll((now) => now - 1),
  down: scroll((now) => now + 1),
  'page-up': scroll((now, { page }) => now - page),
  'page-down': scroll((now, { page }) => now + page),
  first: scroll(() => 0),
  last: scroll((_, reach) => reach.scroll),
  back: (state) => ({ ...state, overlay: null }),
  follow: (state, overlay) =>
    overlay.kind === 'inspector' ? follow(state, overlay.pane, overlay.key) : state,
  copy: (state, overlay) => (overlay.kind === 'inspector' ? copy(state, overlay.pane, overlay.key) : state),
  bits: toggleBits,
  names: nameHosts,
  ports: namePorts,
};

function scroll(move: (now: number, reach: Reach) => number): Step {
  return (state, overlay, reach) => {
    // what it shows may have become shorter
    const to = move(Math.min(overlay.scroll, reach.scroll), reach);
    return { ...state, overlay: { ...overlay, scroll: Math.max(0, Math.min(reach.scroll, to)) } };
  };
}

/** What somebody does while an overlay is open: it scrolls or closes. */
export function overlayInput(
  state: UiState,
  overlay: Overlay,
  { command, reach = { page: 1, scroll: 0 } }: Input,
): UiState {
  return stepOf<Step>(steps, command)?.(state, overlay, reach) ?? state;
}
