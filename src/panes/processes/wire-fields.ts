import {
  WIRE_CAUSES,
  WIRE_PROTOCOLS,
  type WireCause,
  type WireCount,
  type WireFigures,
} from '../../model/wire.ts';
import { formatBytes, type Units } from '../../text/format.ts';
import type { Field } from '../fields.ts';

const MEANINGS: Readonly<Record<WireCause, string>> = {
  forwarded: 'it went from one device to another, routed or bridged',
  kernel: "it was the kernel's own, such as ARP and ICMP, or nobody listened for it",
  closed: 'its connection closed before its process was seen',
  other: 'a program wrote the frames itself, or they were for another station, or of another protocol',
};

/** Traffic without a process, by the name of its row. */
export function causeFields(name: string): Field[] {
  const cause = WIRE_CAUSES.find((one) => name === `[${one}]`);
  return [
    ['process', '-'],
    ['why', cause === undefined ? name : MEANINGS[cause]],
  ];
}

/** Packets and bytes on the wire, those of each protocol that there are any of. */
export function wireFields(wire: WireFigures, units: Units): Field[] {
  const told = ({ rxPackets, rxBytes, txPackets, txBytes }: WireCount) =>
    `received ${rxPackets} packets, ${formatBytes(rxBytes, units)}; sent ${txPackets} packets, ${formatBytes(txBytes, units)}`;
  const seen = WIRE_PROTOCOLS.filter(
    (name) => wire.protocols[name].rxPackets + wire.protocols[name].txPackets > 0,
  );
  return [
    ['on the wire', told(wire)],
    ...seen.map((name): Field => [`  ${name}`, told(wire.protocols[name])]),
  ];
}
