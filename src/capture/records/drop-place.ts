import type { Btf } from '../../../native/btf.ts';
import { DROPPED_AT } from '../../abi/fault.ts';
import { codecOf } from '../../abi/layout.ts';

/** struct dropped_at: where a segment was dropped, in the kernel's numbers. */
export interface DropPlace {
  place: bigint;
  reason: number;
  /** 0: not known. */
  netns: number;
  /** In that network namespace; 0: it had none yet. */
  interface: number;
  /** It was an acknowledgment from the far end. */
  acknowledgment: boolean;
  /** As the kernel calls it; '': the interface has no queue. */
  qdisc: string;
}

/** A decoder of struct dropped_at. */
export function dropPlaceReader(btf: Btf): (view: DataView, base: number) => DropPlace {
  const { get } = codecOf(btf, DROPPED_AT);
  return (view, base) => ({
    place: get.place(view, base),
    reason: get.reason(view, base),
    netns: get.netns(view, base),
    interface: get.interface(view, base),
    acknowledgment: get.acknowledgment(view, base) !== 0,
    qdisc: get.qdisc(view, base),
  });
}
