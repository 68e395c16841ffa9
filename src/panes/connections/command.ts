import type { ConnectionRow } from '../../model/model.ts';
import { formatRate } from '../../text/format.ts';
import type { PaneCommand, TextColumn } from '../command.ts';
import { asText, pidColumn } from '../text-column.ts';
import { formatTotal } from './cells.ts';
import { connections as table } from './columns.ts';
import { eventRecord } from './event-record.ts';
import { eventTotalsRecord, notToldRecord } from './event-totals-record.ts';
import { events } from './events.ts';
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

export const command: PaneCommand<ConnectionRow> = {
  about: 'TCP connections, listeners and sockets of other protocols',
  examples: ['connections -c 1 port 443', 'connections --events --json'],
  flags: ['events', 'bits', 'iec'],
  named: true,
  records: [connectionRecord, eventRecord, notToldRecord, eventTotalsRecord],
  table: { record: connectionRecord, columns, asked: { closed: true }, leaveOut },
  events,
};
