import { FAULT } from '../../abi/fault.ts';
import type { DropPlace } from '../../capture/records/drop-place.ts';
import type { FaultSample } from '../../capture/records/fault-sample.ts';
import type { Machine } from '../../machine/machine.ts';
import type { EventRow, RetransmitFaults, SegmentDrop } from '../../model/model.ts';
import { sanitize } from '../../text/text.ts';

/** What names the numbers of a drop. */
export type PlaceNames = Pick<Machine, 'reason' | 'place' | 'interfaceName' | 'netnsName'>;

/** Reasons that a queue's discipline gives: of others it is not known to have had a part in it. */
const OF_QUEUES = /^(QDISC|CAKE|FQ|DUALPI2)_/;

/** Where something was dropped, in names. */
export function toSegmentDrop(sample: DropPlace, names: PlaceNames): SegmentDrop {
  const { netns, interface: number, acknowledgment } = sample;
  const reason = names.reason(sample.reason);
  return {
    reason,
    place: names.place(sample.place),
    interface: number === 0 ? null : names.interfaceName(number, netns),
    qdisc: reason !== null && OF_QUEUES.test(reason) ? sanitize(sample.qdisc) || null : null,
    netns: netns || null,
    netnsName: netns === 0 ? null : names.netnsName(netns),
    acknowledgment,
  };
}

/** What is known of a connection's retransmits; null: nothing can be. */
export function toFaults(sample: FaultSample | null, names: PlaceNames): RetransmitFaults | null {
  if (sample === null) return null;
  const { local, path, dropped, newest } = sample;
  return { local, path, dropped, drop: newest && toSegmentDrop(newest, names) };
}

/** Of an event. */
export function toFault(fault: number): EventRow['fault'] {
  return fault === FAULT.local ? 'local' : fault === FAULT.path ? 'path' : null;
}
