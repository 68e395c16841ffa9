import type { ConnectionRow, Inspection, PacketRow } from '../../model/model.ts';
import type { Names } from '../../model/names.ts';
import type { Units } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { tableLines } from '../column.ts';
import type { Pane } from '../pane.ts';
import { trace } from '../trace/columns.ts';
import { connections as table } from './columns.ts';
import { command } from './command.ts';
import { followConnection } from './follow.ts';
import { connectionLines } from './inspector.ts';

type ConnectionInspection = Extract<Inspection, { pane: 'connections' }>;

/** The connection, and the packets of it that the trace has. */
function inspector(inspection: ConnectionInspection, width: number, names: Names, units: Units): Line[] {
  const packets = tableLines<PacketRow>('Packets', trace.columns, inspection.packets, width, names);
  return [...connectionLines(inspection, width, names, units), ...packets];
}

export const connections: Pane<ConnectionRow> = {
  ...table,
  share: 3,
  slot: 'connections',
  rowsOf: 'sockets',
  hasHosts: true,
  hasClosed: true,
  part: null,
  empty: 'no connections',
  keys: { follow: 'trace this flow', closed: 'hide the closed ones, or show them' },
  command,
  rowTitle: 'Connection',
  inspector,
  follow: followConnection,
};
