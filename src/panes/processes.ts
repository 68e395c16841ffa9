import { formatBytes, formatCount, formatRate, sparkline } from '../format.ts';
import type { ProcessRow } from '../model.ts';
import type { Column } from './column.ts';
import type { Pane } from './pane.ts';

const columns: Column<ProcessRow>[] = [
  { id: 'pid', title: 'PID', min: 7, ideal: 7, priority: 1, align: 'right', cell: (row) => String(row.pid) },
  { id: 'user', title: 'USER', min: 7, ideal: 10, priority: 5, cell: (row) => row.user, tone: () => 'muted' },
  {
    id: 'process',
    title: 'PROCESS',
    min: 9,
    ideal: 18,
    max: 32,
    priority: 0,
    cell: (row) => row.process,
    tone: () => 'accent',
  },
  {
    id: 'connections',
    title: 'CONN',
    min: 5,
    ideal: 6,
    priority: 4,
    align: 'right',
    cell: (row) => formatCount(row.connections),
    tone: (row) => (row.connections === 0 ? 'muted' : undefined),
  },
  {
    id: 'rxRate',
    title: 'RX/s',
    min: 9,
    ideal: 11,
    priority: 2,
    align: 'right',
    cell: (row) => formatRate(row.rxRate),
    tone: (row) => (row.rxRate > 0 ? 'receive' : 'muted'),
  },
  {
    id: 'txRate',
    title: 'TX/s',
    min: 9,
    ideal: 11,
    priority: 3,
    align: 'right',
    cell: (row) => formatRate(row.txRate),
    tone: (row) => (row.txRate > 0 ? 'transmit' : 'muted'),
  },
  {
    id: 'rxBytes',
    title: 'RX',
    min: 7,
    ideal: 9,
    priority: 6,
    align: 'right',
    cell: (row) => formatBytes(row.rxBytes),
  },
  {
    id: 'txBytes',
    title: 'TX',
    min: 7,
    ideal: 9,
    priority: 7,
    align: 'right',
    cell: (row) => formatBytes(row.txBytes),
  },
  {
    id: 'history',
    title: 'HISTORY',
    min: 8,
    ideal: 16,
    max: 60,
    priority: 8,
    cell: (row, width) => sparkline(row.history, width).trimStart(),
  },
];

export const processes: Pane<ProcessRow> = {
  name: 'processes',
  title: 'Processes',
  rows: 'processes',
  columns,
  sorts: [
    { id: 'rate', label: 'rx+tx', descending: true },
    { id: 'rxRate', label: 'rx/s', descending: true },
    { id: 'txRate', label: 'tx/s', descending: true },
    { id: 'rxBytes', label: 'rx', descending: true },
    { id: 'txBytes', label: 'tx', descending: true },
    { id: 'pid', label: 'pid', descending: false },
    { id: 'user', label: 'user', descending: false },
    { id: 'process', label: 'process', descending: false },
    { id: 'connections', label: 'connections', descending: true },
  ],
};
