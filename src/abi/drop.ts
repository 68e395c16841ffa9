import { address, many, u8, u16, u32, u64, u64Exact } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/drop.h, which says what each member means. */

/** enum drop_trait, or-ed. */
export const TRAIT = { atListener: 1, untracked: 2, multicast: 4, broadcast: 8 } as const;

/** enum drop_protocol, in its order. */
export const DROP_PROTOCOLS = ['tcp', 'udp', 'icmp', 'other'] as const;

export const DROP_KEY = shared('drop_key', {
  place: u64Exact,
  reason: u32,
  interface: u32,
  netns: u32,
  pid: u32,
  generation: u32,
  traits: u32,
  rule: u64,
  table: u64,
});

export const DROP = shared('drop', {
  counts: many(u64, DROP_PROTOCOLS.length),
  bytes: u64,
  stack_at_ns: u64,
  stack: u32,
});

export const REFUSAL = shared('refusal', {
  source: address,
  destination: address,
  netns: u32,
  reason: u32,
  source_port: u16,
  destination_port: u16,
  protocol: u8,
});

export const RESET_KEY = shared('reset_key', { netns: u32, reason: u32 });

export const LAST_DROP = shared('last_drop', {
  at_ns: u64,
  cookie: u64,
  source: address,
  destination: address,
  sequence: u32,
  acknowledgment: u32,
  length: u32,
  source_port: u16,
  destination_port: u16,
  icmp_id: u16,
  ether_type: u16,
  family: u8,
  protocol: u8,
  tcp_flags: u8,
  status: u8,
});
