import type { ProcessRow, WireCount, WireFigures, WireInterface, WireStatus } from '../model/model.ts';
import { formatAttribution, formatBytes, formatRate } from '../text/format.ts';
import { roundRate } from './rates.ts';
import type { TextColumn } from './table.ts';

/** What `nettop processes --wire` adds, as text and as JSON. */

const counts = ({ rxPackets, rxBytes, txPackets, txBytes }: WireCount) => ({
  receivePackets: rxPackets,
  receiveBytes: rxBytes,
  transmitPackets: txPackets,
  transmitBytes: txBytes,
});

/** A process's figures on the wire, for its line. */
export function wireFigures(wire: WireFigures) {
  const { tcp, udp, icmp, other } = wire.protocols;
  return {
    ...counts(wire),
    receiveBytesPerSecond: roundRate(wire.rxRate),
    transmitBytesPerSecond: roundRate(wire.txRate),
    tcp: counts(tcp),
    udp: counts(udp),
    icmp: counts(icmp),
    other: counts(other),
  };
}

/** One line for each interface, then one for what could not be counted, if there is any. */
export function wireLines({ interfaces, lostPackets, lostBytes }: WireStatus, time: string): string[] {
  const lines = interfaces.map((row) => JSON.stringify({ type: 'interface', time, ...interfaceFields(row) }));
  const lost = { type: 'packetsNotCounted', time, packets: lostPackets, bytes: lostBytes };
  return lostPackets > 0 ? [...lines, JSON.stringify(lost)] : lines;
}

/** The same for people. */
export function wireText({ interfaces, lostPackets }: WireStatus): string[] {
  const lines = interfaces.map(
    ({ name, rate: { share, bytesPerSecond } }) => `${name}: ${formatAttribution(share, bytesPerSecond)}`,
  );
  const lost = lostPackets > 0 ? [`${lostPackets} packets could not be counted and are in no row`] : [];
  return [...lines, ...lost, ''];
}

function interfaceFields({ name, netns, frames, buffers, device, attributed, causes, rate }: WireInterface) {
  return {
    interface: name,
    netns,
    ...counts(frames),
    buffers: counts(buffers),
    device: device && counts(device),
    attributed: counts(attributed),
    forwarded: counts(causes.forwarded),
    kernel: counts(causes.kernel),
    closed: counts(causes.closed),
    other: counts(causes.other),
    bytesPerSecond: roundRate(rate.bytesPerSecond),
    attributedShare: rate.share === null ? null : Math.round(rate.share * 10_000) / 10_000,
  };
}

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
