import { ALERT_TITLES } from '../../model/alerts/alert.ts';
import { formatDuration, formatTimestamp } from '../../text/format.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import type { AlertRow } from './row.ts';

const isOver = ({ state }: AlertRow): boolean => state === 'end';

/** How long it went on. */
const seconds = ({ firstUs, lastUs }: AlertRow): number => (lastUs - firstUs) / 1e6;

const columns: Column<AlertRow>[] = [
  {
    id: 'state',
    title: 'STATE',
    min: 6,
    ideal: 6,
    priority: 1,
    cell: (row) => (isOver(row) ? 'ended' : 'on'),
    tone: (row) => (isOver(row) ? 'muted' : 'bad'),
  },
  {
    id: 'since',
    title: 'SINCE',
    min: 8,
    ideal: 8,
    priority: 3,
    cell: ({ firstUs }) => formatTimestamp(firstUs).slice(0, 8),
  },
  {
    id: 'last',
    title: 'FOR',
    min: 6,
    ideal: 6,
    priority: 4,
    align: 'right',
    cell: (row) => formatDuration(seconds(row)),
  },
  {
    id: 'kind',
    title: 'WHAT',
    min: 12,
    ideal: 20,
    max: 24,
    priority: 0,
    cell: ({ kind }) => ALERT_TITLES[kind],
    tone: (row) => (isOver(row) ? undefined : 'bad'),
  },
  {
    id: 'process',
    title: 'PROCESS',
    min: 8,
    ideal: 14,
    max: 24,
    priority: 5,
    cell: ({ process }) => process ?? '-',
    tone: ({ process }) => (process === null ? 'muted' : 'accent'),
  },
  {
    id: 'message',
    title: 'EVIDENCE',
    min: 30,
    ideal: 60,
    max: 300,
    priority: 2,
    cell: ({ message }) => message,
  },
];

export const alerts: PaneTable<AlertRow> = {
  name: 'alerts',
  title: 'Alerts',
  rows: 'alerts',
  columns,
  sorts: [
    { id: 'state', label: 'state', descending: false },
    { id: 'since', label: 'since', descending: true },
    { id: 'last', label: 'last', descending: true },
    { id: 'kind', label: 'kind', descending: false },
    { id: 'process', label: 'process', descending: false },
  ],
};
