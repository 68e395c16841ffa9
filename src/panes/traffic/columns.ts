import { formatBytes, formatCount, formatRate, type Units } from '../../text/format.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import { labelOf } from './label.ts';
import { TRAFFIC_GROUPINGS, type TrafficGrouping, type TrafficRow } from './row.ts';

/** An amount, which stands at the right. */
const amount = (
  id: string,
  title: string,
  priority: number,
  of: 'bytes' | 'rate',
  value: (row: TrafficRow) => number | null,
): Column<TrafficRow> => ({
  id,
  title,
  min: of === 'rate' ? 9 : 7,
  ideal: of === 'rate' ? 9 : 8,
  priority,
  amount: of,
  align: 'right',
  cell: (row, _width, _names, units: Units) =>
    of === 'rate' ? formatRate(value(row), units) : formatBytes(value(row) ?? 0, units),
});

const count = (
  id: string,
  title: string,
  priority: number,
  value: (row: TrafficRow) => number,
): Column<TrafficRow> => ({
  id,
  title,
  min: 7,
  ideal: 7,
  priority,
  align: 'right',
  cell: (row) => formatCount(value(row)),
});

const both = (rx: number | null, tx: number | null): number | null =>
  rx === null || tx === null ? null : rx + tx;

const TITLES: Readonly<Record<TrafficGrouping, string>> = {
  flow: 'FLOW',
  pair: 'HOSTS',
  host: 'HOST',
  network: 'NETWORK',
  port: 'PORT',
  protocol: 'PROTOCOL',
  interface: 'INTERFACE',
  process: 'PROCESS',
};

/** Cells that the label of a row needs. */
const WIDTHS: Readonly<Record<TrafficGrouping, [min: number, ideal: number, named: number]>> = {
  flow: [40, 47, 70],
  pair: [33, 33, 60],
  host: [15, 22, 40],
  network: [15, 22, 22],
  port: [9, 12, 22],
  protocol: [9, 12, 12],
  interface: [9, 16, 16],
  process: [12, 24, 24],
};

/** A bar of eighths. */
export function bar(share: number, cells: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * cells * 8);
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : ('▏▎▍▌▋▊▉'[rest - 1] ?? ''));
}

function columnsBy(by: TrafficGrouping): Column<TrafficRow>[] {
  const [min, ideal, named] = WIDTHS[by];
  const what: Column<TrafficRow> = {
    id: 'what',
    title: TITLES[by],
    min,
    ideal,
    named,
    max: 96,
    priority: 0,
    cell: labelOf,
    tone: ({ isOther }) => (isOther ? 'caution' : 'accent'),
  };
  const process: Column<TrafficRow> = {
    id: 'process',
    title: 'PROCESS',
    min: 10,
    ideal: 14,
    priority: 2,
    cell: ({ process, isForwarded }) => process ?? (isForwarded ? 'forwarded' : '-'),
    tone: ({ process }) => (process === null ? 'muted' : undefined),
  };
  return [
    what,
    ...(by === 'flow' ? [process] : []),
    amount('rxRate', 'RX/s', 1, 'rate', (row) => row.rxRate),
    amount('txRate', 'TX/s', 1, 'rate', (row) => row.txRate),
    {
      id: 'bar',
      title: '',
      min: 8,
      ideal: 12,
      max: 24,
      priority: 3,
      cell: ({ share }, width) => bar(share, Math.min(width, 24)),
      tone: () => 'accent',
    },
    amount('rate10', '10s', 5, 'rate', (row) => both(row.rxRate10, row.txRate10)),
    amount('rate40', '40s', 6, 'rate', (row) => both(row.rxRate40, row.txRate40)),
    amount('peak', 'PEAK', 7, 'rate', (row) => row.peak),
    amount('rxBytes', 'RX', 4, 'bytes', (row) => row.rxBytes),
    amount('txBytes', 'TX', 4, 'bytes', (row) => row.txBytes),
    count('rxPackets', 'RX PKTS', 9, (row) => row.rxPackets),
    count('txPackets', 'TX PKTS', 9, (row) => row.txPackets),
  ];
}

const NAMES: Readonly<Record<TrafficGrouping, string>> = {
  flow: 'Traffic',
  pair: 'Traffic by pair of hosts',
  host: 'Traffic by host',
  network: 'Traffic by network',
  port: 'Traffic by port',
  protocol: 'Traffic by protocol',
  interface: 'Traffic by interface',
  process: 'Traffic by process',
};

const tableBy = (by: TrafficGrouping): PaneTable<TrafficRow> => ({
  name: 'traffic',
  title: NAMES[by],
  rows: 'traffic',
  columns: columnsBy(by),
  sorts: [
    { id: 'rate', label: 'rate', descending: true },
    { id: 'rate10', label: 'rate over 10 s', descending: true },
    { id: 'rate40', label: 'rate over 40 s', descending: true },
    { id: 'peak', label: 'peak', descending: true },
    { id: 'bytes', label: 'bytes', descending: true },
    { id: 'packets', label: 'packets', descending: true },
    { id: 'what', label: 'name', descending: false },
  ],
});

/** The table of each way to put traffic together. */
export const trafficTables = Object.fromEntries(TRAFFIC_GROUPINGS.map((by) => [by, tableBy(by)])) as Record<
  TrafficGrouping,
  PaneTable<TrafficRow>
>;
