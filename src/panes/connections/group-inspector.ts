import type { ConnectionGroup } from '../../model/connection-group.ts';
import type { ConnectionGroupInspection } from '../../model/inspection.ts';
import type { ConnectionRow } from '../../model/model.ts';
import type { Names } from '../../model/names.ts';
import { formatMicroseconds, formatRate, type Units } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { tableLines } from '../column.ts';
import { type Field, fieldLines, UNKNOWN } from '../fields.ts';
import { formatTotal } from './cells.ts';
import { connections } from './columns.ts';
import { formatShare } from './verdict-sentence.ts';

/** A group of connections: what they move together, and the busiest of them. */
export function groupLines(
  { row, connections: members, allConnections }: ConnectionGroupInspection,
  width: number,
  names: Names,
  units: Units,
): Line[] {
  const { length } = members;
  const title =
    length < allConnections ? `Connections: the busiest ${length} of ${allConnections}` : 'Connections';
  return [
    ...fieldLines(row.group ? groupFields(row, row.group, units) : []),
    ...tableLines<ConnectionRow>(title, connections.columns, members, width, names, units),
  ];
}

/** What a group is, in words: "network 10.0.0.0/24: 12 connections". */
export function groupTitle(row: ConnectionRow, group: ConnectionGroup): string {
  const { by, connections } = group;
  const whose = by === 'all' ? 'all that the filter lets through' : `${by} ${groupName(row, group)}`;
  return `${whose}: ${connections} connections`;
}

/** Of a process with its number. */
export const groupName = ({ pid }: ConnectionRow, { name }: ConnectionGroup): string =>
  pid === null ? name : `${name} (${pid})`;

function groupFields(row: ConnectionRow, group: ConnectionGroup, units: Units): Field[] {
  const { rttUs, retransmits } = row;
  const moved = (bytes: number | null, rate: number | null) =>
    bytes === null ? UNKNOWN : `${formatTotal(bytes, units)} (${bytes} bytes)  ${formatRate(rate, units)}`;
  return [
    [group.by, groupName(row, group)],
    ['connections', `${group.connections}, of them closed ${group.closed}`],
    ['received', moved(row.rxBytes, row.rxRate)],
    ['sent', moved(row.txBytes, row.txRate)],
    ['round trip', rttUs === null ? UNKNOWN : `${formatMicroseconds(rttUs)} at most`],
    ['retransmits', `${retransmits}, of one connection at most ${formatWorst(group)} of its segments`],
    ['histograms', 'H'],
  ];
}

/** The largest share of one connection's segments. */
export const formatWorst = ({ worstShare }: ConnectionGroup): string =>
  worstShare === null ? UNKNOWN : worstShare === 0 ? '0 %' : formatShare(worstShare);
