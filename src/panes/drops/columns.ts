import { formatCount, formatDuration, formatEndpoint } from '../../text/format.ts';
import { cutMiddle, width as widthOf } from '../../text/text.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import type { DroppedPacket, DropRow } from './row.ts';

/** Both ends of a packet, with its protocol where there is room; else the far end alone. */
export function formatFlow(packet: DroppedPacket, width = Number.POSITIVE_INFINITY): string {
  const { protocol, source, destination, sourcePort, destinationPort } = packet;
  if (source === '' && destination !== '')
    return `→ ${formatEndpoint(destination, destinationPort ?? 0, width - 2)}`;
  if (source === '') return protocol || 'IP, header in pages';
  const end = (address: string, port: number | null, cells?: number) =>
    port === null ? cutMiddle(address, cells ?? address.length) : formatEndpoint(address, port, cells);
  const both = `${end(source, sourcePort)} → ${end(destination, destinationPort)}`;
  const whole = `${protocol} ${both}`;
  if (widthOf(whole) <= width) return whole;
  return widthOf(both) <= width ? both : `→ ${end(destination, destinationPort, width - 2)}`;
}

/** Drops are counted by rule where the kernel was seen to drop by one. What is inferred ends with a question mark, as the kernel said nothing of it. */
export function formatReason({ reason, finding, rule }: DropRow): string {
  if (rule?.inferred === false) return `${reason ?? '-'} rule ${rule.handle}`;
  return finding === null ? (reason ?? '-') : `${finding.cause}?`;
}

/** Where packets were freed, or what counted them else. */
export function formatSource({ place, countedBy }: DropRow): string {
  if (countedBy === 'socket') return 'the listener';
  return countedBy === 'namespace' ? 'the namespace' : (place ?? '-');
}

/** The offset is what can be left out. */
function formatPlace(place: string, width: number): string {
  return widthOf(place) <= width ? place : place.replace(/\+0x[0-9a-f]+/, '');
}

const columns: Column<DropRow>[] = [
  {
    id: 'reason',
    title: 'REASON',
    min: 12,
    ideal: 20,
    max: 30,
    priority: 0,
    cell: formatReason,
    tone: (row) => (row.isLoss ? 'bad' : 'caution'),
  },
  {
    id: 'place',
    title: 'PLACE',
    min: 14,
    ideal: 20,
    max: 40,
    priority: 2,
    cell: (row, width) => formatPlace(formatSource(row), width),
  },
  { id: 'interface', title: 'IFACE', min: 5, ideal: 6, priority: 5, cell: (row) => row.interface || '-' },
  {
    id: 'process',
    title: 'PROCESS',
    min: 8,
    ideal: 10,
    max: 24,
    priority: 6,
    cell: (row) => row.process ?? '-',
    tone: (row) => (row.process === null ? 'muted' : 'accent'),
  },
  {
    id: 'perSecond',
    title: '/s',
    min: 6,
    ideal: 6,
    priority: 1,
    align: 'right',
    cell: (row) => (row.perSecond === null ? '-' : formatCount(row.perSecond)),
    tone: (row) => ((row.perSecond ?? 0) > 0 ? undefined : 'muted'),
  },
  {
    id: 'count',
    title: 'TOTAL',
    min: 6,
    ideal: 6,
    priority: 4,
    align: 'right',
    cell: (row) => formatCount(row.count),
  },
  {
    id: 'last',
    title: 'LAST PACKET',
    min: 15,
    ideal: 43,
    max: 100,
    priority: 3,
    cell: (row, width) => (row.last === null ? '-' : formatFlow(row.last, width)),
  },
  {
    id: 'age',
    title: 'AGE',
    min: 6,
    ideal: 6,
    priority: 7,
    align: 'right',
    cell: (row) => (row.last === null ? '-' : formatDuration(row.last.ageSeconds)),
  },
];

export const drops: PaneTable<DropRow> = {
  name: 'drops',
  title: 'Drops',
  rows: 'drops',
  columns,
  sorts: [
    { id: 'perSecond', label: 'drops/s', descending: true },
    { id: 'count', label: 'total', descending: true },
    { id: 'age', label: 'age', descending: false },
    { id: 'reason', label: 'reason', descending: false },
    { id: 'place', label: 'place', descending: false },
  ],
};
