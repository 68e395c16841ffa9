import type { Inspection, PacketRow } from '../../model/model.ts';
import type { Names } from '../../model/names.ts';
import type { Line } from '../../text/span.ts';
import { fieldLines } from '../fields.ts';
import { pathLines } from '../journeys/path.ts';
import type { Pane } from '../pane.ts';
import { trace as table } from './columns.ts';
import { command } from './command.ts';
import { packetFields, stackLines } from './inspector.ts';
import { traceSegments, traceTab } from './title.ts';

type PacketInspection = Extract<Inspection, { pane: 'trace' }>;

function inspector(inspection: PacketInspection, width: number, names: Names): Line[] {
  return [
    ...fieldLines(packetFields(inspection, width, names)),
    ...path(inspection, width),
    ...stackLines(inspection.row.stack),
  ];
}

/** The functions that the same packet went through, with the time between them. */
function path({ hops, row }: PacketInspection, width: number): Line[] {
  if (hops.length === 0) return [[], [{ text: 'No other function saw this packet.', tone: 'muted' }]];
  return [[], [{ text: 'Path of this packet', tone: 'strong' }], ...pathLines(hops, width, row.key)];
}

export const trace: Pane<PacketRow> = {
  ...table,
  share: 4,
  slot: 'packets',
  rowsOf: 'packets',
  isLive: true,
  isTrace: true,
  otherWay: 'journeys',
  hasHosts: true,
  part: 'trace',
  empty: 'waiting for traffic',
  tab: traceTab,
  titleSegments: traceSegments,
  keys: {
    last: 'the live end',
    mark: 'mark a packet; on a second one, compare their paths',
    group: 'by packet or function',
  },
  command,
  rowTitle: 'Packet',
  inspector,
};
