import { connectionLines } from './connection-inspector.ts';
import { dropLines } from './drop-inspector.ts';
import { fieldLines } from './field-lines.ts';
import { comparisonLines } from './journey-diff.ts';
import { journeyLines, pathLines } from './journey-path.ts';
import type { Inspection, PacketRow } from './model.ts';
import { type Names, NO_NAMES } from './names.ts';
import { packetFields, stackLines } from './packet-inspector.ts';
import { tableLines } from './panes/column.ts';
import { trace } from './panes/trace.ts';
import { processLines } from './process-inspector.ts';
import { clip, type Line } from './span.ts';

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
