import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPerSecond,
  formatTimestamp,
  sparkline,
  type Units,
} from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { dropFields, type Field, fieldLines, host, known, netnsField, owner, UNKNOWN } from '../fields.ts';
import { ruleLines } from '../rule.ts';
import { formatSource } from './columns.ts';
import type { DroppedPacket, DropRow } from './row.ts';

const HISTORY_CELLS = 60;

function packetFields(packet: DroppedPacket): Field[] {
  const { protocol, source, destination, sourcePort, destinationPort, flags } = packet;
  return [
    ['last packet', `${formatTimestamp(packet.timeUs)}  ${formatDuration(packet.ageSeconds)} ago`],
    ['protocol', protocol],
    ['source', known(host(source, sourcePort))],
    ['destination', known(host(destination, destinationPort))],
    ['flags', known(flags.join(' '))],
    ['sequence', known(packet.sequence)],
    ['acknowledgment', known(packet.acknowledgment)],
    ['length', packet.length === null ? UNKNOWN : `${packet.length} bytes`],
  ];
}

function fields(row: DropRow, width: number, units: Units): Field[] {
  const most = row.history.length === 0 ? 0 : Math.max(...row.history);
  return [
    ...dropFields(row, width),
    ...(row.rule === null ? [] : ruleLines(row.rule, width)),
    [
      'drops',
      `${formatPerSecond(row.perSecond)}  total ${row.count}${row.bytes === null ? '' : `, ${formatBytes(row.bytes, units)}`}`,
    ],
    ...(row.countedBy === 'packet' ? [] : [['counted by', formatSource(row)] as const]),
    ['history', `${sparkline(row.history, HISTORY_CELLS).trimStart()}  at most ${formatCount(most)}/s`],
    ['interface', known(row.interface)],
    netnsField(row),
    ['process', owner(row.pid, row.process)],
    ...(row.last === null
      ? [['last packet', row.countedBy === 'packet' ? 'found no room in the kernel' : UNKNOWN] as const]
      : packetFields(row.last)),
  ];
}

/** Everything known about the drops of one row; the stack is innermost first. */
export function dropLines(row: DropRow, stack: readonly string[], width: number, units: Units): Line[] {
  const title: Line = [{ text: 'Kernel stack of a drop', tone: 'strong' }];
  const frames = stack.map((frame): Line => [{ text: `  ${frame}` }]);
  const none: Line = [{ text: 'Kernel stack: not kept', tone: 'muted' }];
  if (row.countedBy !== 'packet') return fieldLines(fields(row, width, units));
  return [...fieldLines(fields(row, width, units)), [], ...(frames.length > 0 ? [title, ...frames] : [none])];
}
