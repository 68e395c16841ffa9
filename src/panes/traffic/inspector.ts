import type { Names } from '../../model/names.ts';
import { formatBytes, formatPerSecond, formatRate, type Units } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { type Field, fieldLines, known, netnsField, owner } from '../fields.ts';
import { labelOf } from './label.ts';
import type { TrafficRow } from './row.ts';

/** All figures of a row, each way. */
export function trafficLines(row: TrafficRow, names: Names, units: Units): Line[] {
  const ways = (rx: string, tx: string): string => `in ${rx.padEnd(16)} out ${tx}`;
  const rates = (rx: number | null, tx: number | null) => ways(formatRate(rx, units), formatRate(tx, units));
  const size = (packets: number, bytes: number) => `${formatBytes(bytes, units)} (${packets} packets)`;
  return fieldLines([
    ['traffic', labelOf(row, Number.POSITIVE_INFINITY, names)],
    ['flows', String(row.flows)],
    ...(row.by === 'flow' || row.by === 'process' ? [['process', owner(row.pid, row.process)] as Field] : []),
    ...(row.by === 'flow' ? [['forwarded', row.isForwarded ? 'yes' : 'no'] as Field] : []),
    ...(row.interface === null ? [] : [['interface', known(row.interface)] as Field]),
    netnsField(row),
    ['now', rates(row.rxRate, row.txRate)],
    ['packets', ways(formatPerSecond(row.rxPacketRate), formatPerSecond(row.txPacketRate))],
    ['over 10 s', rates(row.rxRate10, row.txRate10)],
    ['over 40 s', rates(row.rxRate40, row.txRate40)],
    ['peak', formatRate(row.peak, units)],
    ['total', ways(size(row.rxPackets, row.rxBytes), size(row.txPackets, row.txBytes))],
  ]);
}
