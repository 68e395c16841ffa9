import { formatBytes, formatMicroseconds, formatTimestamp, type Units } from '../../text/format.ts';
import { cutMiddle } from '../../text/text.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import type { RequestRow } from './row.ts';
import { answerTone, formatAnswer, formatAsked, formatFar, formatMethod, formatProcesses } from './text.ts';

/** A wait that somebody notices, microseconds. */
const SLOW_US = 1_000_000;

const time = (us: number | null): string => (us === null ? '-' : formatMicroseconds(us));
const size = (bytes: number | null, units: Units): string =>
  bytes === null ? '-' : formatBytes(bytes, units);
const slow = (us: number | null) => ((us ?? 0) >= SLOW_US ? ('caution' as const) : undefined);

/** The first byte as the server's socket saw it: what is missing to the client's is the way, and waiting for accept. */
const serverUs = ({ side, firstByteUs, peer }: RequestRow): number | null =>
  side === 'server' ? firstByteUs : (peer?.firstByteUs ?? null);

const columns: Column<RequestRow>[] = [
  {
    id: 'time',
    title: 'TIME',
    min: 8,
    ideal: 12,
    priority: 6,
    cell: (row, width) => formatTimestamp(row.timeUs).slice(0, width < 12 ? 8 : 12),
  },
  {
    id: 'process',
    title: 'PROCESS',
    min: 17,
    ideal: 22,
    max: 40,
    priority: 3,
    cell: formatProcesses,
    tone: (row) => (row.pid === null ? 'muted' : 'accent'),
  },
  { id: 'user', title: 'USER', min: 6, ideal: 8, priority: 12, extra: true, cell: (row) => row.user ?? '-' },
  {
    id: 'side',
    title: 'SIDE',
    min: 6,
    ideal: 6,
    priority: 9,
    cell: ({ side, peer }) => (peer ? 'both' : side),
  },
  { id: 'protocol', title: 'PROTO', min: 5, ideal: 5, priority: 10, cell: (row) => row.protocol },
  {
    id: 'method',
    title: 'METHOD',
    min: 4,
    ideal: 6,
    max: 8,
    priority: 4,
    cell: formatMethod,
  },
  {
    id: 'url',
    title: 'URL OR NAME',
    min: 20,
    ideal: 36,
    max: 200,
    priority: 0,
    cell: (row, width) => cutMiddle(formatAsked(row), width),
  },
  {
    id: 'status',
    title: 'ANSWER',
    min: 9,
    ideal: 9,
    max: 20,
    priority: 1,
    cell: formatAnswer,
    tone: answerTone,
  },
  {
    id: 'firstByte',
    title: 'FIRST',
    min: 6,
    ideal: 7,
    priority: 2,
    align: 'right',
    cell: (row) => time(row.firstByteUs),
    tone: (row) => slow(row.firstByteUs),
  },
  {
    id: 'total',
    title: 'TOTAL',
    min: 6,
    ideal: 7,
    priority: 5,
    align: 'right',
    cell: (row) => time(row.totalUs),
    tone: (row) => slow(row.totalUs),
  },
  {
    id: 'atServer',
    title: 'SERVER',
    min: 6,
    ideal: 7,
    priority: 7,
    align: 'right',
    cell: (row) => time(serverUs(row)),
    tone: (row) => slow(serverUs(row)),
  },
  {
    id: 'bytes',
    title: 'BYTES',
    min: 7,
    ideal: 7,
    priority: 8,
    amount: 'bytes',
    align: 'right',
    cell: (row, _width, _names, units) => size(row.responseBytes, units),
  },
  {
    id: 'far',
    title: 'FAR END',
    min: 12,
    ideal: 21,
    max: 47,
    priority: 11,
    cell: (row, width) => formatFar(row, width),
  },
];

export const requests: PaneTable<RequestRow> = {
  name: 'requests',
  title: 'Requests',
  rows: 'requests',
  columns,
  sorts: [
    { id: 'time', label: 'time', descending: true },
    { id: 'firstByte', label: 'first byte', descending: true },
    { id: 'total', label: 'total time', descending: true },
    { id: 'status', label: 'answer', descending: true },
    { id: 'bytes', label: 'bytes', descending: true },
    { id: 'process', label: 'process', descending: false },
    { id: 'url', label: 'URL or name', descending: false },
  ],
};
