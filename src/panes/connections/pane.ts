import type { ConnectionInspection } from '../../model/inspection.ts';
import type { ConnectionRow, Inspection, PacketRow } from '../../model/model.ts';
import type { Names } from '../../model/names.ts';
import { machineOf } from '../../model/of-machine.ts';
import type { Units } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { tableLines } from '../column.ts';
import type { Pane } from '../pane.ts';
import { trace } from '../trace/columns.ts';
import { command } from './command.ts';
import { ALL_CONNECTIONS, HISTOGRAMS } from './distribution.ts';
import { followConnection } from './follow.ts';
import { groupLines } from './group-inspector.ts';
import { connectionTables } from './groups.ts';
import { connectionLines } from './inspector.ts';

type Inspected = Extract<Inspection, { pane: 'connections' }>;

/** The connection, and the packets of it that the trace has; or a group, with the connections in it. */
function inspector(inspection: Inspected, width: number, names: Names, units: Units): Line[] {
  if (!('watch' in inspection)) return groupLines(inspection, width, names, units);
  const packets = tableLines<PacketRow>('Packets', trace.columns, inspection.packets, width, names);
  const { otherEnd } = inspection;
  return [
    ...connectionLines(inspection, width, names, units),
    ...(otherEnd ? otherEndLines(otherEnd, width, names, units) : []),
    ...packets,
  ];
}

/** What the machine at the other end says of the same connection. */
function otherEndLines(inspection: ConnectionInspection, width: number, names: Names, units: Units): Line[] {
  const title: Line = [{ text: `The other end, on ${machineOf(inspection.row) ?? ''}`, tone: 'accent' }];
  return [[], title, [], ...connectionLines(inspection, width, names, units)];
}

export const connections: Pane<ConnectionRow> = {
  ...connectionTables.connection,
  groupings: connectionTables,
  share: 3,
  slot: 'connections',
  rowsOf: 'sockets',
  hasHosts: true,
  hasClosed: true,
  part: null,
  empty: 'no connections',
  keys: {
    follow: 'trace this flow',
    group: 'in groups',
    histograms: HISTOGRAMS,
    closed: 'hide the closed ones, or show them',
  },
  command,
  rowTitle: 'Connection',
  titleOf: ({ row }: Inspected) => (row.group === null ? 'Connection' : 'Connections'),
  inspector,
  follow: followConnection,
  histogramsOf: (row) => (row?.group ? row.key : ALL_CONNECTIONS),
};
