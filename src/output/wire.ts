import type { ProcessRow, WireFigures, WireInterface, WireStatus } from '../model/model.ts';
import { formatAttribution, formatBytes, formatRate } from '../text/format.ts';
import type { TextColumn } from './table.ts';

/** What `nettop processes --wire` adds as text. */

/** One line for each interface, then one for what could not be counted, if there is any, and an empty one. */
export function wireText({ interfaces, lostPackets }: WireStatus): string[] {
  return [...interfaces.map(interfaceText), ...(lostPackets > 0 ? [lostText(lostPackets)] : []), ''];
}

export function interfaceText({ name, rate: { share, bytesPerSecond } }: WireInterface): string {
  return `${name}: ${formatAttribution(share, bytesPerSecond)}`;
}

export const lostText = (packets: number): string =>
  `${packets} packets could not be counted and are in no row`;

const right = { align: 'right' } as const;

const column = (
  title: string,
  width: number,
  cell: (wire: WireFigures) => string,
): TextColumn<ProcessRow> => ({
  title,
  width,
  ...right,
  cell: ({ wire }) => (wire ? cell(wire) : '-'),
});

export const wireColumns: TextColumn<ProcessRow>[] = [
  column('WIRE RX/s', 9, ({ rxRate }) => formatRate(rxRate)),
  column('WIRE TX/s', 9, ({ txRate }) => formatRate(txRate)),
  column('WIRE RX', 8, ({ rxBytes }) => formatBytes(rxBytes)),
  column('WIRE TX', 8, ({ txBytes }) => formatBytes(txBytes)),
];
