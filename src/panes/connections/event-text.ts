import { EVENT_KINDS, type EventCounts, type EventRow, type EventTotals } from '../../model/model.ts';
import {
  formatBytes,
  formatEndpoint,
  formatMicroseconds,
  formatTimestamp,
  type Units,
} from '../../text/format.ts';
import type { TextColumn } from '../command.ts';
import { formatSegmentDrop } from './fault-text.ts';

export const eventColumns: TextColumn<EventRow>[] = [
  { title: 'TIME', width: 15, cell: ({ timeUs }) => formatTimestamp(timeUs) },
  { title: 'EVENT', width: 11, cell: ({ event }) => event },
  { title: 'PROTO', width: 5, cell: ({ protocol }) => protocol },
  { title: 'LOCAL', width: 21, cell: (row) => formatEnd(row.localAddress, row.localPort) },
  { title: 'REMOTE', width: 21, cell: (row) => formatEnd(row.remoteAddress, row.remotePort) },
  {
    title: 'PROCESS',
    width: 16,
    cell: ({ pid, process }) => (pid === null ? '-' : `${process ?? '?'}[${pid}]`),
  },
  { title: 'DETAIL', width: 0, cell: formatDetail },
];

function formatEnd(address: string, port: number | null): string {
  return port === null ? formatEndpoint(address, 0).replace(/0$/, '*') : formatEndpoint(address, port);
}

function formatDetail(row: EventRow, units: Units): string {
  const { event, us, state, previousState } = row;
  const time = us === null ? null : `after ${row.atMost ? 'at most ' : ''}${formatMicroseconds(us)}`;
  const again = row.retransmits ? `${row.retransmits} retransmitted` : null;
  switch (event) {
    case 'connect':
      return '';
    case 'accept':
      return joined(time);
    case 'established':
      return joined(time, again);
    case 'state':
      return `${previousState} to ${state}`;
    case 'retransmit':
      return joined(state && `in ${state}`, again && `${again} so far`, faultOf(row));
    case 'reset':
      return joined(`by ${row.resetBy}`, row.reason, state && `in ${state}`);
    case 'close':
      return joined(ended(row), time, moved(row, units), again);
    case 'failed':
      return (row.call === null ? '' : `${row.call}() `) + joined(ended(row), time, again);
  }
}

function faultOf({ fault, drop, netns }: EventRow): string | null {
  if (fault === 'path') return 'lost on the path';
  return drop && `dropped here: ${formatSegmentDrop(drop, netns)}`;
}

function ended({ cause, resetBy, reason, icmp }: EventRow): string {
  const sender = icmp === null ? '' : ` from ${icmp.sender}`;
  return `${cause}${resetBy === null ? '' : ` by ${resetBy}`}${reason === null ? '' : `: ${reason}${sender}`}`;
}

function moved({ rxBytes, txBytes }: EventRow, units: Units): string {
  return `received ${formatBytes(rxBytes ?? 0, units)}, sent ${formatBytes(txBytes ?? 0, units)}`;
}

const joined = (...parts: (string | null)[]): string => parts.filter((part) => part).join(', ');

/** "12 connect, 3 close": kinds of which there are none are left out; '' for none at all. */
export function formatCounts(events: EventCounts): string {
  return joined(...EVENT_KINDS.map((kind) => (events[kind] > 0 ? `${events[kind]} ${kind}` : null)));
}

/** What came to `now` since `before`. */
export function countsSince(before: EventCounts | null, now: EventCounts): EventCounts {
  const since = EVENT_KINDS.map((kind) => [kind, now[kind] - (before?.[kind] ?? 0)] as const);
  return Object.fromEntries(since) as EventCounts;
}

/** All events of a run, and what of them is in no line. */
export function totalLines({ counted, notTold, missed }: EventTotals): string[] {
  const untold = formatCounts(notTold);
  return [
    `events: ${formatCounts(counted) || 'none'}`,
    ...(untold ? [`not listed individually: ${untold}`] : []),
    ...(missed > 0 ? [`${missed} may be missing: the kernel skipped a program`] : []),
  ];
}
