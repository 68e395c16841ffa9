import { FAULT } from '../../abi/fault.ts';
import type { DropPlace } from '../../capture/records/drop-place.ts';
import type { FaultSample } from '../../capture/records/fault-sample.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { Machine } from '../../machine/machine.ts';
import type { EventRow, RetransmitFaults, RulePacket, SegmentDrop } from '../../model/model.ts';
import { sanitize } from '../../text/text.ts';

/** What names the numbers of a drop. */
export type PlaceNames = Pick<Machine, 'reason' | 'place' | 'interfaceName' | 'netnsName' | 'droppingRule'>;

/** The ends of the connection, by their addresses. */
export interface DropEnds {
  localAddress: string;
  localPort: number | null;
  remoteAddress: string;
  remotePort: number | null;
}

const NETFILTER = 'NETFILTER_DROP';
/** Reasons that a queue's discipline gives: of others it is not known to have had a part in it. */
const OF_QUEUES = /^(QDISC|CAKE|FQ|DUALPI2)_/;

/** Where something was dropped, in names; of a packet between these ends. */
export function toSegmentDrop(sample: DropPlace, names: PlaceNames, ends: DropEnds): SegmentDrop {
  const { netns, interface: number, acknowledgment } = sample;
  const reason = names.reason(sample.reason);
  const device = number === 0 ? null : names.interfaceName(number, netns);
  return {
    reason,
    place: names.place(sample.place),
    interface: device,
    qdisc: reason !== null && OF_QUEUES.test(reason) ? sanitize(sample.qdisc) || null : null,
    netns: netns || null,
    netnsName: netns === 0 ? null : names.netnsName(netns),
    acknowledgment,
    rule: reason === NETFILTER ? names.droppingRule(packetOf(netns, device, acknowledgment, ends)) : null,
  };
}

function packetOf(
  netns: number,
  device: string | null,
  isBack: boolean,
  { localAddress, localPort, remoteAddress, remotePort }: DropEnds,
): RulePacket {
  const common = { netns, protocol: PROTOCOLS.tcp, interface: device, length: null };
  const [source, destination] = isBack ? [remoteAddress, localAddress] : [localAddress, remoteAddress];
  const [sourcePort, destinationPort] = isBack ? [remotePort, localPort] : [localPort, remotePort];
  return { ...common, source, destination, sourcePort, destinationPort };
}

/** What is known of a connection's retransmits; null: nothing can be. */
export function toFaults(
  sample: FaultSample | null,
  names: PlaceNames,
  ends: DropEnds,
): RetransmitFaults | null {
  if (sample === null) return null;
  const { local, path, dropped, newest } = sample;
  return { local, path, dropped, drop: newest && toSegmentDrop(newest, names, ends) };
}

/** Of an event. */
export function toFault(fault: number): EventRow['fault'] {
  return fault === FAULT.local ? 'local' : fault === FAULT.path ? 'path' : null;
}
