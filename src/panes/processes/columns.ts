import type { Grouping, ProcessRow, WireFigures } from '../../model/model.ts';
import { formatBytes, formatCount, formatRate, sparkline, type Units } from '../../text/format.ts';
import type { Column } from '../column.ts';
import type { PaneTable, SortChoice } from '../pane.ts';

const pid: Column<ProcessRow> = {
  id: 'pid',
  title: 'PID',
  min: 7,
  ideal: 7,
  priority: 1,
  align: 'right',
  cell: formatPid,
};

const user: Column<ProcessRow> = {
  id: 'user',
  title: 'USER',
  min: 7,
  ideal: 10,
  priority: 5,
  cell: (row) => row.user,
  tone: () => 'muted',
};

const processCount: Column<ProcessRow> = {
  id: 'processes',
  title: 'PROCS',
  min: 6,
  ideal: 6,
  priority: 4,
  align: 'right',
  cell: ({ group }) => formatCount(group?.processes ?? 1),
};

const name: Column<ProcessRow> = {
  id: 'process',
  title: 'PROCESS',
  min: 9,
  ideal: 18,
  max: 32,
  priority: 0,
  cell: (row) => row.process,
  tone: () => 'accent',
};

/** Traffic without a process has no number. */
function formatPid({ pid }: ProcessRow): string {
  return pid === 0 ? '-' : String(pid);
}

function wireColumn(
  id: string,
  title: string,
  priority: number,
  amount: 'bytes' | 'rate',
  cell: (wire: WireFigures, units: Units) => string,
): Column<ProcessRow> {
  return {
    id,
    title,
    min: 9,
    ideal: 11,
    priority,
    amount,
    align: 'right',
    wire: true,
    cell: ({ wire }, _width, _names, units) => (wire ? cell(wire, units) : '-'),
  };
}

const wireColumns: Column<ProcessRow>[] = [
  wireColumn('wireRxRate', 'WIRE RX/s', 3.1, 'rate', ({ rxRate }, units) => formatRate(rxRate, units)),
  wireColumn('wireTxRate', 'WIRE TX/s', 3.2, 'rate', ({ txRate }, units) => formatRate(txRate, units)),
  wireColumn('wireRxBytes', 'WIRE RX', 3.3, 'bytes', ({ rxBytes }, units) => formatBytes(rxBytes, units)),
  wireColumn('wireTxBytes', 'WIRE TX', 3.4, 'bytes', ({ txBytes }, units) => formatBytes(txBytes, units)),
];

/** What a row moves, whatever it stands for. */
const traffic: Column<ProcessRow>[] = [
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
    amount: 'rate',
    align: 'right',
    cell: (row, _width, _names, units) => formatRate(row.rxRate, units),
    tone: (row) => ((row.rxRate ?? 0) > 0 ? 'receive' : 'muted'),
  },
  {
    id: 'txRate',
    title: 'TX/s',
    min: 9,
    ideal: 11,
    priority: 3,
    amount: 'rate',
    align: 'right',
    cell: (row, _width, _names, units) => formatRate(row.txRate, units),
    tone: (row) => ((row.txRate ?? 0) > 0 ? 'transmit' : 'muted'),
  },
  {
    id: 'rxBytes',
    title: 'RX',
    min: 7,
    ideal: 9,
    priority: 6,
    amount: 'bytes',
    align: 'right',
    cell: (row, _width, _names, units) => formatBytes(row.rxBytes, units),
  },
  {
    id: 'txBytes',
    title: 'TX',
    min: 7,
    ideal: 9,
    priority: 7,
    amount: 'bytes',
    align: 'right',
    cell: (row, _width, _names, units) => formatBytes(row.txBytes, units),
  },
  ...wireColumns,
  {
    id: 'history',
    title: 'HISTORY',
    min: 8,
    ideal: 16,
    max: 60,
    priority: 8,
    align: 'right',
    cell: (row, width) => sparkline(row.history, width),
  },
];

const byTraffic: SortChoice[] = [
  { id: 'rxRate', label: 'rx/s', descending: true },
  { id: 'txRate', label: 'tx/s', descending: true },
  { id: 'rxBytes', label: 'rx', descending: true },
  { id: 'txBytes', label: 'tx', descending: true },
  { id: 'wireRate', label: 'wire rx+tx', descending: true, wire: true },
];
const byRate: SortChoice = { id: 'rate', label: 'rx+tx', descending: true };
const byUser: SortChoice = { id: 'user', label: 'user', descending: false };
const byName: SortChoice = {
  id: 'process',
  label: 'process',
  descending: false,
};
const byPid: SortChoice = { id: 'pid', label: 'pid', descending: false };
const byCount: SortChoice = {
  id: 'processes',
  label: 'processes',
  descending: true,
};
const byConnections: SortChoice = {
  id: 'connections',
  label: 'connections',
  descending: true,
};

export const processes: PaneTable<ProcessRow> = {
  name: 'processes',
  title: 'Processes',
  rows: 'processes',
  columns: [pid, user, name, ...traffic],
  sorts: [byRate, ...byTraffic, byPid, byUser, byName, byConnections],
};

const wide = { min: 12, ideal: 30, max: 72 };

function groups(title: string, column: string): PaneTable<ProcessRow> {
  return {
    ...processes,
    title,
    columns: [{ ...name, ...wide, title: column }, processCount, ...traffic],
    sorts: [byRate, ...byTraffic, byCount, { ...byName, label: 'name' }, byConnections],
  };
}

/** The table by what its processes are put together by. */
export const processTables: Readonly<Record<Grouping, PaneTable<ProcessRow>>> = {
  process: processes,
  container: groups('Processes by container', 'CONTAINER'),
  unit: groups('Processes by systemd unit', 'UNIT'),
  user: groups('Processes by user', 'USER'),
  tree: {
    ...processes,
    title: 'Processes by parent',
    columns: [pid, user, { ...name, ...wide, cell: indented }, processCount, ...traffic],
    sorts: [byRate, ...byTraffic, byCount, byPid, byUser, byName, byConnections],
  },
  name: groups('Processes by name', 'NAME'),
};

function indented({ process, group }: ProcessRow): string {
  return '  '.repeat(group?.depth ?? 0) + process;
}
