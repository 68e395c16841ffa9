import type { Inspection } from '../model/model.ts';
import type { Line } from '../text/span.ts';
import { helpLines } from './help.ts';
import { inspectorLines } from './inspector.ts';
import type { Overlay, UiState } from './state.ts';

/** What lies over the panes, whole; the overlay's scroll says from which line it is shown. */
export function overlayLines({ answer, size, units }: UiState, overlay: Overlay): Line[] {
  if (overlay.kind === 'help') return helpLines(size.columns, answer?.status);
  const inspection = answer?.inspection ?? null;
  const wanted = inspection?.pane === overlay.pane && keyOf(inspection) === overlay.key;
  return inspectorLines(wanted ? inspection : null, size.columns, units, answer?.names);
}

function keyOf(inspection: Inspection): string {
  return inspection.pane === 'comparison' ? inspection.key : inspection.row.key;
}
