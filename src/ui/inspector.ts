import type { Inspection } from '../model/model.ts';
import { NO_NAMES } from '../model/names.ts';
import { machineOf } from '../model/of-machine.ts';
import { inspectors } from '../panes/registry.ts';
import type { Units } from '../text/format.ts';
import { clip, type Line } from '../text/span.ts';

/** Everything known about one row; null when the row is gone or the answer has not come. */
export function inspectorLines(
  inspection: Inspection | null,
  columns: number,
  units: Units,
  names = NO_NAMES,
): Line[] {
  if (inspection === null) return [[{ text: ' This row is gone, or was not found yet.', tone: 'muted' }]];
  const lines = inspectors[inspection.pane].inspector(inspection as never, columns - 2, names, units);
  return lines.map((spans) => clip([{ text: ' ' }, ...spans], columns));
}

/** What stands above it. */
export function inspectorTitle(inspection: Inspection | null, pane: Inspection['pane']): string {
  const { rowTitle, titleOf } = inspectors[pane];
  const title = titleOf && inspection?.pane === pane ? titleOf(inspection as never) : rowTitle;
  const machine = inspection && 'row' in inspection ? machineOf(inspection.row) : null;
  return machine === null ? title : `${title} on ${machine}`;
}
