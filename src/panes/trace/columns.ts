import type { PacketRow } from '../../model/model.ts';
import { hostName, type Names, portName } from '../../model/names.ts';
import { formatMicroseconds, formatTimestamp } from '../../text/format.ts';
import { cutMiddle, cutStart } from '../../text/text.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import { formatDetails, formatFlags } from './cells.ts';

const number = (value: number | null) => (value === null ? '-' : String(value));

/** Names of kernel functions tell which way a packet goes; the colour only repeats it. */
const direction = (row: PacketRow) =>
  /xmit|output|transmit|send/.test(row.function) ? 'transmit' : 'receive';

/** Where the time of day does not fit, the part that changes: 59.000123. */
function timestamp(row: PacketRow, width: number): string {
  const whole = formatTimestamp(row.timeUs);
  return width < whole.length ? whole.slice('HH:MM:'.length) : whole;
}

function port(
  id: string,
  title: string,
  short: string,
  value: (row: PacketRow) => number | null,
): Column<PacketRow> {
  const cell = (row: PacketRow, width: number, names: Names) => {
    const port = value(row);
    if (port === null) return '-';
    const name = portName(names, row.protocol, port);
    return name.length > width ? String(port) : name; // half a service is none
  };
  return {
    id,
    title,
    short,
    min: 5,
    ideal: 8,
    priority: 2,
    align: 'right',
    cell,
  };
}

function address(id: string, title: string, value: (row: PacketRow) => string): Column<PacketRow> {
  return {
    id,
    title,
    min: 15,
    ideal: 15,
    max: 39,
    named: 25,
    priority: 1,
    cell: (row, width, names) => hostName(names, value(row), width) ?? cutMiddle(value(row), width),
  };
}

function sequence(
  id: string,
  title: string,
  priority: number,
  value: (row: PacketRow) => number | null,
): Column<PacketRow> {
  const cell = (row: PacketRow, width: number) => cutStart(number(value(row)), width);
  return { id, title, min: 7, ideal: 10, priority, align: 'right', cell };
}

const columns: Column<PacketRow>[] = [
  {
    id: 'function',
    title: 'KERNEL FUNCTION',
    short: 'FUNCTION',
    min: 9,
    ideal: 22,
    max: 26,
    priority: 0,
    cell: (row) => [row.function, row.reason ?? row.netfilter?.verdict].filter(Boolean).join(' '),
    tone: (row) => (row.reason !== null || row.netfilter?.verdict === 'drop' ? 'bad' : direction(row)),
  },
  address('source', 'SRC IP', (row) => row.source || '-'),
  address('destination', 'DST IP', (row) => row.destination || '-'),
  port('sourcePort', 'SRC PORT', 'SPORT', (row) => row.sourcePort),
  port('destinationPort', 'DST PORT', 'DPORT', (row) => row.destinationPort),
  sequence('sequence', 'SEQ', 4, (row) => row.sequence),
  sequence('acknowledgment', 'ACK SEQ', 5, (row) => row.acknowledgment),
  { id: 'time', title: 'TIMESTAMP', min: 9, ideal: 15, priority: 3, cell: timestamp },
  {
    id: 'flags',
    title: 'FLAGS',
    min: 7,
    ideal: 11,
    priority: 6,
    extra: true,
    cell: formatFlags,
    tone: (row) => (row.flags.includes('RST') ? 'bad' : row.flags.includes('SYN') ? 'caution' : undefined),
  },
  {
    id: 'length',
    title: 'LEN',
    min: 5,
    ideal: 6,
    priority: 7,
    extra: true,
    align: 'right',
    cell: (row) => String(row.length),
  },
  {
    id: 'interface',
    title: 'IFACE',
    min: 5,
    ideal: 8,
    priority: 9,
    extra: true,
    cell: (row) => row.interface,
  },
  {
    id: 'cpu',
    title: 'CPU',
    min: 3,
    ideal: 3,
    priority: 10,
    extra: true,
    align: 'right',
    cell: (row) => String(row.cpu),
    tone: () => 'muted',
  },
  {
    id: 'process',
    title: 'PROCESS',
    min: 8,
    ideal: 12,
    max: 24,
    priority: 8,
    extra: true,
    cell: (row) => row.process ?? '-',
    tone: (row) => (row.process === null ? 'muted' : 'accent'),
  },
  {
    id: 'delta',
    title: 'DELTA',
    min: 7,
    ideal: 7,
    priority: 11,
    extra: true,
    align: 'right',
    cell: ({ deltaUs }) => (deltaUs === null ? '-' : `+${formatMicroseconds(deltaUs)}`),
    tone: () => 'muted',
  },
  {
    id: 'details',
    title: 'DETAILS',
    min: 12,
    ideal: 20,
    max: 60,
    priority: 12,
    extra: true,
    cell: formatDetails,
  },
];

export const trace: PaneTable<PacketRow> = {
  name: 'trace',
  title: 'Trace',
  rows: 'packets',
  columns,
  sorts: [{ id: 'time', label: 'time', descending: false }],
};
