import type { ConnectionGrouping } from '../../model/connection-group.ts';
import type { ConnectionRow } from '../../model/model.ts';
import { formatRate } from '../../text/format.ts';
import type { PaneCommand, Table, TextColumn } from '../command.ts';
import { asText, pidColumn } from '../text-column.ts';
import { formatTotal } from './cells.ts';
import { connections as table } from './columns.ts';
import { eventRecord } from './event-record.ts';
import { eventTotalsRecord, notToldRecord } from './event-totals-record.ts';
import { events } from './events.ts';
import { connectionGroupRecord } from './group-record.ts';
import { connectionTables } from './groups.ts';
import { connectionRecord } from './record.ts';

const of = asText(table.columns);

const total = (title: string, bytes: (row: ConnectionRow) => number | null): TextColumn<ConnectionRow> => ({
  title,
  width: 8,
  align: 'right',
  cell: (row, units) => formatTotal(bytes(row), units),
});

const columns = [
  of('local', 21),
  of('remote', 21),
  of('state', 11),
  pidColumn,
  of('process', 16, { cell: ({ process }) => process ?? '-' }),
  of('rxRate', 9, { cell: ({ rxRate }, units) => formatRate(rxRate, units) }),
  of('txRate', 9, { cell: ({ txRate }, units) => formatRate(txRate, units) }),
  total('RX', ({ rxBytes }) => rxBytes),
  total('TX', ({ txBytes }) => txBytes),
  of('rttUs', 7),
  of('retransmits', 4),
  of('ageSeconds', 6),
];

const isGone = ({ ending, state }: ConnectionRow): boolean => ending !== null && state === 'CLOSE';

/** A connection that is gone from the kernel is written once more. */
function leaveOut(): (rows: readonly ConnectionRow[]) => ReadonlySet<string> {
  let gone = new Set<string>();
  return (rows) => {
    const before = gone;
    gone = new Set(rows.filter(isGone).map(({ key }) => key));
    return before;
  };
}

function grouped(group: Exclude<ConnectionGrouping, 'connection'>): Table<ConnectionRow> {
  const ofGroup = asText(connectionTables[group].columns);
  return {
    record: connectionGroupRecord,
    columns: [
      ofGroup('group', 30),
      ofGroup('connections', 5),
      ofGroup('closed', 6),
      ofGroup('rxRate', 9),
      ofGroup('txRate', 9),
      ofGroup('rxBytes', 8),
      ofGroup('txBytes', 8),
      ofGroup('rttUs', 7),
      ofGroup('retransmits', 4),
      ofGroup('worstShare', 8),
    ],
    asked: { closed: true, group },
  };
}

export const command: PaneCommand<ConnectionRow> = {
  about: 'TCP connections, listeners and sockets of other protocols',
  examples: ['connections -c 1 port 443', 'connections --by network', 'connections --events --json'],
  flags: ['events', 'bits', 'iec'],
  named: true,
  records: [connectionRecord, connectionGroupRecord, eventRecord, notToldRecord, eventTotalsRecord],
  table: { record: connectionRecord, columns, asked: { closed: true }, leaveOut },
  by: {
    host: grouped('host'),
    network: grouped('network'),
    port: grouped('port'),
    process: grouped('process'),
    container: grouped('container'),
    state: grouped('state'),
  },
  events,
};
