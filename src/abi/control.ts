import { u16, u32, u64 } from '../../native/fields.ts';
import { inner, shared } from './layout.ts';

/** bpf/abi/control.h, which says what each member means. The words of packets are src/filter/words.ts. */

/** enum filter_size; its FILTER_STEPS is MOST_STEPS of the filter. */
export const FILTER_SLOTS = 8;
const FILTER_STEPS = 64;
/** enum gate */
export const GATE = { none: 0, all: 1, counters: 2 } as const;

export const FILTER_STEP = shared('filter_step', {
  word: u32,
  mask: u32,
  low: u32,
  high: u32,
  yes: u16,
  no: u16,
});

export const FILTER = shared('filter', {
  count: u32,
  needs_owner: u32,
  per_event: u32,
  steps: inner(FILTER_STEP, FILTER_STEPS),
});

export const CONTROL = shared('control', {
  generation: u32,
  ready: u32,
  packet_ns: u64,
  burst_ns: u64,
  filters: inner(FILTER, FILTER_SLOTS),
});
