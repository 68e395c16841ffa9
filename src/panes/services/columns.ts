import { histogramOf } from '../../model/latency-buckets.ts';
import { formatCount, formatMicroseconds, formatPerSecond, sparkline } from '../../text/format.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import type { ServiceRow } from './row.ts';

/** A figure, which stands at the right. */
const figure = (
  id: string,
  title: string,
  priority: number,
  cell: (row: ServiceRow) => string,
): Column<ServiceRow> => ({ id, title, min: 7, ideal: 8, priority, align: 'right', cell });

/** How many answers fall into each bucket of a cell. */
export const histogram = ({ slots }: ServiceRow): number[] =>
  histogramOf(slots.map(({ belowUs, answers }) => ({ us: belowUs, count: answers })));

const columns: Column<ServiceRow>[] = [
  {
    id: 'process',
    title: 'PROCESS',
    min: 10,
    ideal: 16,
    max: 32,
    priority: 0,
    cell: ({ process }) => process ?? '?',
    tone: ({ process }) => (process === null ? 'muted' : 'accent'),
  },
  {
    id: 'pid',
    title: 'PID',
    min: 7,
    ideal: 7,
    priority: 6,
    align: 'right',
    cell: ({ pid }) => String(pid ?? '-'),
  },
  { id: 'user', title: 'USER', min: 6, ideal: 8, priority: 9, cell: ({ user }) => user ?? '-' },
  {
    id: 'port',
    title: 'PORT',
    min: 5,
    ideal: 5,
    priority: 1,
    align: 'right',
    cell: ({ port }) => String(port),
  },
  figure('answers', 'ANSWERS', 3, ({ answers }) => formatCount(answers)),
  figure('perSecond', 'RATE', 4, ({ perSecond }) => (perSecond === null ? '-' : formatPerSecond(perSecond))),
  figure('mean', 'MEAN', 8, ({ meanUs }) => formatMicroseconds(meanUs)),
  figure('p50', 'P50', 2, ({ p50Us }) => formatMicroseconds(p50Us)),
  figure('p95', 'P95', 5, ({ p95Us }) => formatMicroseconds(p95Us)),
  figure('p99', 'P99', 2, ({ p99Us }) => formatMicroseconds(p99Us)),
  {
    id: 'histogram',
    title: '10µs-1s+',
    min: 12,
    ideal: 12,
    priority: 7,
    align: 'right',
    cell: (row, width) => sparkline(histogram(row), width),
  },
];

export const services: PaneTable<ServiceRow> = {
  name: 'services',
  title: 'Services',
  rows: 'services',
  columns,
  sorts: [
    { id: 'perSecond', label: 'rate', descending: true },
    { id: 'answers', label: 'answers', descending: true },
    { id: 'mean', label: 'mean', descending: true },
    { id: 'p50', label: 'p50', descending: true },
    { id: 'p95', label: 'p95', descending: true },
    { id: 'p99', label: 'p99', descending: true },
    { id: 'port', label: 'port', descending: false },
    { id: 'process', label: 'process', descending: false },
  ],
};
