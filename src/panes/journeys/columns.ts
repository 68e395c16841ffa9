import type { JourneyRow } from '../../model/model.ts';
import { hostName, type Names, nameEndpoint } from '../../model/names.ts';
import { formatEndpoint, formatMicroseconds, formatTimestamp } from '../../text/format.ts';
import type { Tone } from '../../text/span.ts';
import { cutStart } from '../../text/text.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';

const TONES: Readonly<Record<JourneyRow['result'], Tone | undefined>> = {
  delivered: 'good',
  sent: undefined,
  forwarded: undefined,
  dropped: 'bad',
  consumed: undefined,
  'on its way': 'accent',
  'not seen to end': 'muted',
};

/** What became of the packet, in words: "dropped: NO_SOCKET, 2 events lost". */
export function formatResult({ result, reason, lost }: JourneyRow): string {
  const why = reason === null ? '' : `: ${reason}`;
  const gap = lost === 0 ? '' : `, ${formatLost(lost)}`;
  return `${result}${why}${gap}`;
}

export function formatLost(count: number): string {
  return count === 1 ? '1 event lost' : `${count} events lost`;
}

/** Address and port in at most `cells` cells; the address alone where there is no port. */
export function formatEnd(address: string, port: number | null, cells?: number): string {
  return port === null ? cutStart(address, cells ?? address.length) : formatEndpoint(address, port, cells);
}

function nameEnd(
  names: Names,
  protocol: string,
  address: string,
  port: number | null,
  cells: number,
): string {
  if (port !== null) return nameEndpoint(names, protocol, address, port, cells);
  return hostName(names, address, cells) ?? formatEnd(address, port, cells);
}

const timestamp = (row: JourneyRow, width: number) => {
  const whole = formatTimestamp(row.timeUs);
  return width < whole.length ? whole.slice('HH:MM:'.length) : whole;
};

const columns: Column<JourneyRow>[] = [
  {
    id: 'functions',
    title: 'FUNCS',
    short: 'FN',
    min: 4,
    ideal: 5,
    priority: 0,
    align: 'right',
    cell: (row) => `${row.lost > 0 ? '!' : ''}${row.functions}`,
    tone: (row) => (row.lost > 0 ? 'bad' : undefined),
  },
  {
    id: 'latencyUs',
    title: 'LATENCY',
    short: 'LATNCY',
    min: 6,
    ideal: 7,
    priority: 1,
    align: 'right',
    cell: (row) => (row.functions === 1 ? '-' : formatMicroseconds(row.latencyUs)),
  },
  {
    id: 'result',
    title: 'RESULT',
    min: 12,
    ideal: 24,
    max: 44,
    priority: 2,
    cell: formatResult,
    tone: (row) => TONES[row.result],
  },
  {
    id: 'protocol',
    title: 'PROTO',
    short: 'PROT',
    min: 4,
    ideal: 5,
    priority: 5,
    cell: (row) => row.protocol,
  },
  {
    id: 'source',
    title: 'SOURCE',
    min: 15,
    ideal: 21,
    max: 47,
    named: 30,
    priority: 3,
    cell: (row, width, names) => nameEnd(names, row.protocol, row.source, row.sourcePort, width),
  },
  {
    id: 'destination',
    title: 'DESTINATION',
    min: 15,
    ideal: 21,
    max: 47,
    named: 30,
    priority: 4,
    cell: (row, width, names) => nameEnd(names, row.protocol, row.destination, row.destinationPort, width),
  },
  { id: 'time', title: 'TIMESTAMP', min: 9, ideal: 15, priority: 6, cell: timestamp },
  {
    id: 'sequence',
    title: 'SEQ',
    min: 7,
    ideal: 10,
    priority: 7,
    extra: true,
    align: 'right',
    cell: (row, width) => cutStart(row.sequence === null ? '-' : String(row.sequence), width),
  },
  {
    id: 'flags',
    title: 'FLAGS',
    min: 7,
    ideal: 11,
    priority: 8,
    extra: true,
    cell: (row) => (row.flags.length > 0 ? row.flags.join(',') : '-'),
    tone: (row) => (row.flags.includes('RST') ? 'bad' : row.flags.includes('SYN') ? 'caution' : undefined),
  },
  {
    id: 'length',
    title: 'LEN',
    min: 5,
    ideal: 6,
    priority: 9,
    extra: true,
    align: 'right',
    cell: (row) => String(row.length),
  },
  {
    id: 'process',
    title: 'PROCESS',
    min: 8,
    ideal: 12,
    max: 24,
    priority: 10,
    extra: true,
    cell: (row) => row.process ?? '-',
    tone: (row) => (row.process === null ? 'muted' : 'accent'),
  },
];

/** The trace with one line for each packet. */
export const journeys: PaneTable<JourneyRow> = {
  name: 'journeys',
  title: 'Trace by packet',
  rows: 'packets',
  columns,
  sorts: [{ id: 'time', label: 'time', descending: false }],
};
