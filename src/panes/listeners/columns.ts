import { formatCount, formatDuration, formatEndpoint, formatPerSecond } from '../../text/format.ts';
import type { Tone } from '../../text/span.ts';
import type { Column } from '../column.ts';
import type { PaneTable } from '../pane.ts';
import type { ListenerRow } from './row.ts';
import { rowSentence } from './verdict-text.ts';

/** From here on a queue is worth a look. */
const HIGH = 0.5;

const queueTone = (length: number, limit: number): Tone | undefined =>
  length > limit ? 'bad' : length > limit * HIGH && length > 1 ? 'caution' : undefined;

/** A figure, which stands at the right. */
const figure = (
  id: string,
  title: string,
  priority: number,
  cell: (row: ListenerRow) => string,
  width = 8,
): Column<ListenerRow> => ({ id, title, min: width - 1, ideal: width, priority, align: 'right', cell });

/** So many of those begun came to their end. */
export function handshakes({ completed, begun }: ListenerRow): string {
  return `${formatCount(completed)}/${formatCount(begun)}`;
}

const columns: Column<ListenerRow>[] = [
  {
    id: 'process',
    title: 'PROCESS',
    min: 10,
    ideal: 14,
    max: 24,
    priority: 0,
    cell: ({ process }) => process ?? '?',
    tone: ({ process }) => (process === null ? 'muted' : 'accent'),
  },
  { ...figure('pid', 'PID', 8, ({ pid }) => String(pid ?? '-'), 7), min: 7 },
  { id: 'user', title: 'USER', min: 6, ideal: 8, priority: 11, extra: true, cell: ({ user }) => user ?? '-' },
  {
    id: 'local',
    title: 'LOCAL',
    min: 12,
    ideal: 18,
    max: 30,
    priority: 1,
    cell: ({ localAddress, localPort }, width) => formatEndpoint(localAddress, localPort, width),
  },
  {
    ...figure('acceptQueue', 'ACCEPTQ', 3, ({ look }) => `${look.acceptQueue}/${look.acceptLimit}`, 9),
    tone: ({ look }) => queueTone(look.acceptQueue, look.acceptLimit),
  },
  {
    ...figure('synQueue', 'SYNQ', 3, ({ look }) => `${look.synQueue}/${look.synLimit}`, 9),
    tone: ({ look }) => queueTone(look.synQueue, look.synLimit),
  },
  figure('accepted', 'ACCEPT', 4, (row) => formatPerSecond(row.acceptedPerSecond)),
  figure('handshakes', 'DONE/SYN', 6, handshakes, 11),
  {
    ...figure('drops', 'DROPS', 5, ({ drops }) => formatCount(drops), 6),
    tone: ({ dropsPerSecond }) => ((dropsPerSecond ?? 0) > 0 ? 'bad' : undefined),
  },
  figure(
    'wait',
    'WAIT',
    7,
    ({ look }) => (look.longestWaitSeconds === null ? '-' : formatDuration(look.longestWaitSeconds)),
    6,
  ),
  {
    id: 'verdict',
    title: 'VERDICT',
    min: 16,
    ideal: 24,
    max: 200,
    priority: 2,
    cell: rowSentence,
    tone: ({ verdict }) => (verdict?.cause === 'burst' ? 'caution' : 'bad'),
  },
];

export const listeners: PaneTable<ListenerRow> = {
  name: 'listeners',
  title: 'Listeners',
  rows: 'listeners',
  columns,
  sorts: [
    { id: 'verdict', label: 'verdict', descending: true },
    { id: 'accepted', label: 'accepted', descending: true },
    { id: 'acceptQueue', label: 'accept queue', descending: true },
    { id: 'synQueue', label: 'SYN queue', descending: true },
    { id: 'handshakes', label: 'handshakes', descending: true },
    { id: 'drops', label: 'drops', descending: true },
    { id: 'wait', label: 'wait', descending: true },
    { id: 'local', label: 'local', descending: false },
    { id: 'process', label: 'process', descending: false },
  ],
};
