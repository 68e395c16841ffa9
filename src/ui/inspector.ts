import type { Inspection, PacketRow } from '../model/model.ts';
import { type Names, NO_NAMES } from '../model/names.ts';
import { tableLines } from '../panes/column.ts';
import { connectionLines } from '../panes/connections/inspector.ts';
import { dropLines } from '../panes/drops/inspector.ts';
import { fieldLines } from '../panes/fields.ts';
import { comparisonLines } from '../panes/journeys/diff.ts';
import { journeyLines, pathLines } from '../panes/journeys/path.ts';
import { processLines } from '../panes/processes/inspector.ts';
import { trace } from '../panes/trace/columns.ts';
import { packetFields, stackLines } from '../panes/trace/inspector.ts';
import { clip, type Line } from '../text/span.ts';

type PacketInspection = Extract<Inspection, { pane: 'trace' }>;

/** The functions that the same packet went through, with the time between them. */
function journey({ hops, row }: PacketInspection, width: number): Line[] {
  if (hops.length === 0) return [[], [{ text: 'No other function saw this packet.', tone: 'muted' }]];
  return [[], [{ text: 'Path of this packet', tone: 'strong' }], ...pathLines(hops, width, row.key)];
}

function body(inspection: Inspection, width: number, names: Names): Line[] {
  switch (inspection.pane) {
    case 'trace':
      return [
        ...fieldLines(packetFields(inspection, width, names)),
        ...journey(inspection, width),
        ...stackLines(inspection.row.stack),
      ];
    case 'journeys':
      return journeyLines(inspection, width);
    case 'comparison':
      return comparisonLines(inspection.marked, inspection.other, width);
    case 'connections': {
      const packets = tableLines<PacketRow>('Packets', trace.columns, inspection.packets, width, names);
      return [...connectionLines(inspection, width, names), ...packets];
    }
    case 'drops':
      return dropLines(inspection.row, inspection.stack, width);
    case 'processes':
      return processLines(inspection, width, names);
  }
}

/** Everything known about one row; null when the row is gone or the answer has not come. */
export function inspectorLines(inspection: Inspection | null, columns: number, names = NO_NAMES): Line[] {
  if (inspection === null) return [[{ text: ' This row is gone, or was not found yet.', tone: 'muted' }]];
  return body(inspection, columns - 2, names).map((spans) => clip([{ text: ' ' }, ...spans], columns));
}
