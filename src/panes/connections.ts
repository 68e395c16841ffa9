import { formatCount, formatDuration, formatEndpoint, formatMicroseconds, formatRate } from '../format.ts';
import type { ConnectionRow } from '../model.ts';
import type { Tone } from '../span.ts';
import type { Column } from './column.ts';
import type { Pane } from './pane.ts';

/** For narrow screens, much as ss writes them. */
const SHORT_STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: 'ESTAB',
  SYN_SENT: 'SYNSENT',
  SYN_RECV: 'SYNRECV',
  FIN_WAIT1: 'FINW1',
  FIN_WAIT2: 'FINW2',
  TIME_WAIT: 'TIMEW',
  CLOSE_WAIT: 'CLOSEW',
  LAST_ACK: 'LASTACK',
  NEW_SYN_RECV: 'SYNRECV',
};

function stateTone(state: string): Tone | undefined {
  if (state === 'ESTABLISHED') return 'good';
  return state.startsWith('SYN') ? 'caution' : 'muted';
}

/** How old the connection is, or, where the kernel does not tell, how old at least. */
export function formatAge({ ageSeconds, seenSeconds }: ConnectionRow): string {
  return ageSeconds === null ? `>${formatDuration(seenSeconds)}` : formatDuration(ageSeconds);
}

const columns: Column<ConnectionRow>[] = [
  {
    id: 'local',
    title: 'LOCAL',
    min: 15,
    ideal: 21,
    max: 47,
    priority: 4,
    cell: (row, width) => formatEndpoint(row.localAddress, row.localPort, width),
  },
  {
    id: 'remote',
    title: 'REMOTE',
    min: 18,
    ideal: 21,
    max: 47,
    priority: 0,
    cell: (row, width) => formatEndpoint(row.remoteAddress, row.remotePort, width),
  },
  {
    id: 'state',
    title: 'STATE',
    min: 7,
    ideal: 11,
    priority: 1,
    cell: (row, width) => (width < row.state.length ? (SHORT_STATES[row.state] ?? row.state) : row.state),
    tone: (row) => stateTone(row.state),
  },
  {
    id: 'process',
    title: 'PROCESS',
    min: 8,
    ideal: 12,
    max: 32,
    priority: 5,
    cell: (row) => row.process ?? '?',
    tone: (row) => (row.process === null ? 'muted' : 'accent'),
  },
  {
    id: 'rxRate',
    title: 'RX/s',
    min: 9,
    ideal: 9,
    priority: 2,
    align: 'right',
    cell: (row) => formatRate(row.rxRate),
    tone: (row) => (row.rxRate > 0 ? 'receive' : 'muted'),
  },
  {
    id: 'txRate',
    title: 'TX/s',
    min: 9,
    ideal: 9,
    priority: 3,
    align: 'right',
    cell: (row) => formatRate(row.txRate),
    tone: (row) => (row.txRate > 0 ? 'transmit' : 'muted'),
  },
  {
    id: 'rttUs',
    title: 'RTT',
    min: 6,
    ideal: 7,
    priority: 6,
    align: 'right',
    cell: (row) => (row.rttUs === null ? '-' : formatMicroseconds(row.rttUs)),
  },
  {
    id: 'retransmits',
    title: 'RETR',
    min: 5,
    ideal: 5,
    priority: 7,
    align: 'right',
    cell: (row) => formatCount(row.retransmits),
    tone: (row) => (row.retransmits > 0 ? 'caution' : 'muted'),
  },
  { id: 'ageSeconds', title: 'AGE', min: 6, ideal: 7, priority: 8, align: 'right', cell: formatAge },
];

export const connections: Pane<ConnectionRow> = {
  name: 'connections',
  title: 'Connections',
  rows: 'connections',
  columns,
  sorts: [
    { id: 'rate', label: 'rx+tx', descending: true },
    { id: 'rxRate', label: 'rx/s', descending: true },
    { id: 'txRate', label: 'tx/s', descending: true },
    { id: 'rttUs', label: 'rtt', descending: true },
    { id: 'retransmits', label: 'retransmits', descending: true },
    { id: 'ageSeconds', label: 'age', descending: true },
    { id: 'local', label: 'local', descending: false },
    { id: 'remote', label: 'remote', descending: false },
    { id: 'state', label: 'state', descending: false },
    { id: 'process', label: 'process', descending: false },
  ],
};
