import { formatLocal } from '../model/connection-ends.ts';
import type { ConnectionRow, DropRow, PacketRow, ProcessRow } from '../model/model.ts';
import { formatAge, formatRemote, formatRetransmits, nameState } from '../panes/connections/cells.ts';
import { formatFlow, formatReason, formatSource } from '../panes/drops/columns.ts';
import { formatDetails, formatFlags } from '../panes/trace/cells.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMicroseconds,
  formatRate,
  formatTimestamp,
} from '../text/format.ts';
import type { TextColumn } from './table.ts';

const right = { align: 'right' } as const;

export const processColumns: TextColumn<ProcessRow>[] = [
  { title: 'PID', width: 7, ...right, cell: ({ pid }) => (pid === 0 ? '-' : String(pid)) },
  { title: 'USER', width: 10, cell: ({ user }) => user },
  { title: 'PROCESS', width: 16, cell: ({ process }) => process },
  { title: 'CONN', width: 5, ...right, cell: ({ connections }) => String(connections) },
  { title: 'RX/s', width: 9, ...right, cell: ({ rxRate }) => formatRate(rxRate) },
  { title: 'TX/s', width: 9, ...right, cell: ({ txRate }) => formatRate(txRate) },
  { title: 'RX', width: 8, ...right, cell: ({ rxBytes }) => formatBytes(rxBytes) },
  { title: 'TX', width: 8, ...right, cell: ({ txBytes }) => formatBytes(txBytes) },
];

export const connectionColumns: TextColumn<ConnectionRow>[] = [
  { title: 'LOCAL', width: 21, cell: (row) => formatLocal(row) },
  { title: 'REMOTE', width: 21, cell: (row) => formatRemote(row) },
  { title: 'STATE', width: 11, cell: nameState },
  { title: 'PID', width: 7, ...right, cell: ({ pid }) => (pid === null ? '-' : String(pid)) },
  { title: 'PROCESS', width: 16, cell: ({ process }) => process ?? '-' },
  { title: 'RX/s', width: 9, ...right, cell: ({ rxRate }) => formatRate(rxRate) },
  { title: 'TX/s', width: 9, ...right, cell: ({ txRate }) => formatRate(txRate) },
  { title: 'RX', width: 8, ...right, cell: ({ rxBytes }) => formatTotal(rxBytes) },
  { title: 'TX', width: 8, ...right, cell: ({ txBytes }) => formatTotal(txBytes) },
  {
    title: 'RTT',
    width: 7,
    ...right,
    cell: ({ rttUs }) => (rttUs === null ? '-' : formatMicroseconds(rttUs)),
  },
  { title: 'RETR', width: 4, ...right, cell: formatRetransmits },
  { title: 'AGE', width: 6, ...right, cell: formatAge },
];

const formatTotal = (bytes: number | null): string => (bytes === null ? '-' : formatBytes(bytes));

const dash = (value: number | null): string => (value === null ? '-' : String(value));

/** What the flags of `trace` change in its columns. */
export interface TraceStyle {
  /** Times since then, microseconds since the epoch; null: of the clock. */
  sinceUs: number | null;
  /** Those of the clock beside them. */
  clock?: boolean;
  /** With the time since the same packet's function before. */
  delta: boolean;
}

export function packetColumns({ sinceUs, clock, delta }: TraceStyle): TextColumn<PacketRow>[] {
  return [
    { title: 'KERNEL FUNCTION', width: 22, cell: (row) => row.function },
    { title: 'SRC IP', width: 15, cell: ({ source }) => source || '-' },
    { title: 'DST IP', width: 15, cell: ({ destination }) => destination || '-' },
    { title: 'SRC PORT', width: 8, ...right, cell: ({ sourcePort }) => dash(sourcePort) },
    { title: 'DST PORT', width: 8, ...right, cell: ({ destinationPort }) => dash(destinationPort) },
    { title: 'SEQ', width: 10, ...right, cell: ({ sequence }) => dash(sequence) },
    { title: 'ACK SEQ', width: 10, ...right, cell: ({ acknowledgment }) => dash(acknowledgment) },
    ...(clock && sinceUs !== null ? [timeColumn(null)] : []),
    timeColumn(sinceUs),
    ...(delta ? [deltaColumn] : []),
    { title: 'FLAGS', width: 7, cell: formatFlags },
    { title: 'LEN', width: 5, ...right, cell: ({ length }) => String(length) },
    { title: 'IFACE', width: 6, cell: (row) => row.interface || '-' },
    { title: 'CPU', width: 3, ...right, cell: ({ cpu }) => String(cpu) },
    {
      title: 'PROCESS',
      width: 16,
      cell: ({ pid, process }) => (pid === null ? '-' : `${process ?? '?'}[${pid}]`),
    },
    { title: 'DETAILS', width: 0, cell: formatDetails },
  ];
}

function timeColumn(sinceUs: number | null): TextColumn<PacketRow> {
  if (sinceUs === null)
    return { title: 'TIMESTAMP', width: 15, cell: ({ timeUs }) => formatTimestamp(timeUs) };
  return {
    title: 'SECONDS',
    width: 12,
    ...right,
    cell: ({ timeUs }) => ((timeUs - sinceUs) / 1e6).toFixed(6),
  };
}

const deltaColumn: TextColumn<PacketRow> = {
  title: 'DELTA',
  width: 7,
  ...right,
  cell: ({ deltaUs }) => (deltaUs === null ? '-' : `+${formatMicroseconds(deltaUs)}`),
};

export const dropColumns: TextColumn<DropRow>[] = [
  { title: 'REASON', width: 18, cell: formatReason },
  { title: 'PLACE', width: 26, cell: formatSource },
  { title: 'IFACE', width: 6, cell: (row) => row.interface || '-' },
  { title: 'PID', width: 7, ...right, cell: ({ pid }) => dash(pid) },
  { title: 'PROCESS', width: 16, cell: ({ process }) => process ?? '-' },
  {
    title: 'DROPS/s',
    width: 7,
    ...right,
    cell: ({ perSecond }) => (perSecond === null ? '-' : formatCount(perSecond)),
  },
  { title: 'DROPS', width: 7, ...right, cell: ({ count }) => String(count) },
  { title: 'AGE', width: 5, ...right, cell: ({ last }) => (last ? formatDuration(last.ageSeconds) : '-') },
  { title: 'LAST PACKET', width: 0, cell: ({ last }) => (last ? formatFlow(last) : '-') },
];
