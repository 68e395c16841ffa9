import { name, u32, u64, u64Exact } from '../../native/fields.ts';
import { inner, shared } from './layout.ts';
import { LIFE_EVENT } from './life.ts';

/** bpf/abi/fault.h, which says what each member means. */

/** enum fault */
export const FAULT = { unknown: 0, local: 1, path: 2 } as const;
/** Of enum fault_size. */
const QDISC_NAME = 16;

export const DROPPED_AT = shared('dropped_at', {
  place: u64Exact,
  reason: u32,
  netns: u32,
  interface: u32,
  acknowledgment: u32,
  qdisc: name(QDISC_NAME),
});

export const RETRANSMIT_FAULTS = shared('retransmit_faults', {
  newest: inner(DROPPED_AT),
  acknowledgment_at: inner(DROPPED_AT),
  acknowledgment_ns: u64,
  acknowledged: u32,
  local: u32,
  path: u32,
  dropped: u32,
});

export const RETRANSMIT_EVENT = shared('retransmit_event', {
  event: inner(LIFE_EVENT),
  at: inner(DROPPED_AT),
  fault: u32,
});
