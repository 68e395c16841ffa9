import type { Inspection } from '../model/model.ts';
import { type Names, NO_NAMES } from '../model/names.ts';
import { comparisonLines } from '../panes/journeys/diff.ts';
import { panes } from '../panes/registry.ts';
import { clip, type Line } from '../text/span.ts';

function body(inspection: Inspection, width: number, names: Names): Line[] {
  if (inspection.pane === 'comparison') return comparisonLines(inspection.marked, inspection.other, width);
  return panes[inspection.pane].inspector(inspection as never, width, names);
}

/** Everything known about one row; null when the row is gone or the answer has not come. */
export function inspectorLines(inspection: Inspection | null, columns: number, names = NO_NAMES): Line[] {
  if (inspection === null) return [[{ text: ' This row is gone, or was not found yet.', tone: 'muted' }]];
  return body(inspection, columns - 2, names).map((spans) => clip([{ text: ' ' }, ...spans], columns));
}
