import type { Change, Hop, Journey, JourneyRow } from '../../model/model.ts';
import { formatMicroseconds, formatTimestamp } from '../../text/format.ts';
import { type Line, line } from '../../text/span.ts';
import { type Column, headerLine, placeColumns, rowLine } from '../column.ts';
import { formatEnd, formatLost, formatResult } from './columns.ts';

const columns: Column<Hop>[] = [
  {
    id: 'sinceFirst',
    title: 'SINCE 1ST',
    min: 9,
    ideal: 9,
    priority: 1,
    align: 'right',
    cell: (hop) => formatMicroseconds(hop.sinceFirstUs),
  },
  {
    id: 'delta',
    title: 'DELTA',
    min: 8,
    ideal: 8,
    priority: 2,
    align: 'right',
    cell: (hop) => `+${formatMicroseconds(hop.deltaUs)}`,
  },
  {
    id: 'function',
    title: 'KERNEL FUNCTION',
    min: 18,
    ideal: 26,
    max: 36,
    priority: 0,
    cell: (hop) => hop.function,
    tone: () => 'accent',
  },
  { id: 'interface', title: 'IFACE', min: 6, ideal: 8, max: 15, priority: 3, cell: (hop) => hop.interface },
  { id: 'cpu', title: 'CPU', min: 3, ideal: 3, priority: 4, align: 'right', cell: (hop) => String(hop.cpu) },
  { id: 'netns', title: 'NETNS', min: 10, ideal: 10, max: 20, priority: 5, cell: (hop) => hop.netns },
  {
    id: 'hook',
    title: 'HOOK',
    min: 10,
    ideal: 10,
    priority: 7,
    cell: (hop) => hop.hook,
    tone: () => 'muted',
  },
  {
    id: 'time',
    title: 'TIMESTAMP',
    min: 15,
    ideal: 15,
    priority: 6,
    cell: (hop) => formatTimestamp(hop.timeUs),
  },
];

const FIELDS: Readonly<Record<Change['field'], string>> = {
  source: 'source',
  destination: 'destination',
  interface: 'interface',
  netns: 'network namespace',
  mark: 'mark',
  skb: 'skb',
};

/** "tcp 10.0.0.1:40000 → 10.0.0.2:443  SYN  seq 1  60 bytes  curl (200)". */
export function describePacket(row: JourneyRow): string {
  const { protocol, source, sourcePort, destination, destinationPort, flags, sequence, length } = row;
  return [
    `${protocol} ${formatEnd(source, sourcePort)} → ${formatEnd(destination, destinationPort)}`,
    ...(flags.length > 0 ? [flags.join(',')] : []),
    ...(sequence === null ? [] : [`seq ${sequence}`]),
    `${length} bytes`,
    ...(row.pid === null ? [] : [`${row.process ?? '?'} (${row.pid})`]),
  ].join('  ');
}

/** "delivered, 6 functions in 45.1µs, from 03:04:05.000000 on". */
export function describeResult(row: JourneyRow): string {
  const functions = row.functions === 1 ? '1 function' : `${row.functions} functions`;
  const from = formatTimestamp(row.timeUs);
  return `${formatResult(row)}; ${functions} in ${formatMicroseconds(row.latencyUs)} from ${from} on`;
}

/** What changed at a hop, and why the packet ended there. */
export function hopNotes({ changes, reason, place }: Hop): Line[] {
  const dropped = reason === null && place === null ? [] : [`dropped: ${reason ?? '?'} in ${place ?? '?'}`];
  return [
    ...dropped.map((text) => line(text, 'bad')),
    ...changes.map(({ field, from, to }) => line(`~ ${FIELDS[field]} ${from} → ${to}`, 'caution')),
  ];
}

export function lostNote(count: number): Line[] {
  return count === 0 ? [] : [line(`! ${formatLost(count)} here`, 'bad')];
}

const NOTE_INDENT = 19;

/** The functions of a packet's path one by one; `here` is the event that ▸ points at. */
export function pathLines(hops: readonly Hop[], width: number, here?: string): Line[] {
  const placed = placeColumns(columns, width - 2);
  const note = (text: Line): Line => [{ text: ' '.repeat(NOTE_INDENT) }, ...text];
  const header = headerLine(placed, new Map()).map(({ text }) => ({
    text: `  ${text}`,
    tone: 'strong' as const,
  }));
  return [
    header,
    ...hops.flatMap((hop): Line[] => [
      ...lostNote(hop.lostBefore).map(note),
      [{ text: hop.key === here ? '▸ ' : '  ' }, ...rowLine(placed, hop)],
      ...hopNotes(hop).map(note),
    ]),
  ];
}

/** A packet with its whole path. */
export function journeyLines({ row, hops }: Journey, width: number): Line[] {
  const more = row.functions - hops.length;
  return [
    line(describePacket(row), 'strong'),
    line(describeResult(row)),
    [],
    ...pathLines(hops, width),
    ...(more > 0 ? [line(`… ${more} more functions`, 'muted')] : []),
  ];
}
