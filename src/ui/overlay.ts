import type { Inspection } from '../model/model.ts';
import type { Line } from '../text/span.ts';
import { follow } from './follow.ts';
import { helpLines } from './help.ts';
import { inspectorLines } from './inspector.ts';
import { commandOf } from './keys.ts';
import { bodyLines, layout } from './layout.ts';
import { nameHosts, nameServices } from './names.ts';
import type { Overlay, UiState } from './state.ts';

/** What lies over the panes, whole; the overlay's scroll says from which line it is shown. */
export function overlayLines({ answer, size }: UiState, overlay: Overlay): Line[] {
  if (overlay.kind === 'help') return helpLines(size.columns, answer?.status);
  const inspection = answer?.inspection ?? null;
  const wanted = inspection?.pane === overlay.pane && keyOf(inspection) === overlay.key;
  return inspectorLines(wanted ? inspection : null, size.columns, answer?.names);
}

function keyOf(inspection: Inspection): string {
  return inspection.pane === 'comparison' ? inspection.key : inspection.row.key;
}

const CLOSING = new Set(['escape', 'enter', 'q']);

/** A key while an overlay is open: it scrolls or closes. */
export function overlayKey(state: UiState, overlay: Overlay, key: string): UiState {
  if (CLOSING.has(key) || commandOf(key) === 'help') return { ...state, overlay: null };
  if (overlay.kind === 'inspector' && commandOf(key) === 'follow')
    return follow(state, overlay.pane, overlay.key);
  if (commandOf(key) === 'names') return nameHosts(state);
  if (commandOf(key) === 'services') return nameServices(state);
  const page = bodyLines(layout(state)) - 1;
  const most = Math.max(0, overlayLines(state, overlay).length - page);
  const now = Math.min(overlay.scroll, most);
  const moves: Record<string, number> = {
    up: now - 1,
    down: now + 1,
    'page-up': now - page,
    'page-down': now + page,
    first: 0,
    last: most,
  };
  const to = moves[commandOf(key) ?? ''];
  if (to === undefined) return state;
  return { ...state, overlay: { ...overlay, scroll: Math.max(0, Math.min(most, to)) } };
}
