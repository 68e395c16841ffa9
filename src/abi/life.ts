import { address, many, name, u8, u16, u32, u64, u64Exact } from '../../native/fields.ts';
import { inner, shared } from './layout.ts';
import { SOCKET_RECORD } from './socket.ts';

/** bpf/abi/life.h, which says what each member means. */

/** enum life_size */
export const LIFE_STATES = 8;
/** Of enum life_kind, whose names are EVENT_KINDS of the model, the number of kinds. */
export const LIFE_KINDS = 8;
/** enum life_gate */
export const TELL = { nothing: 0, events: 1, failedCalls: 2 } as const;
/** enum reset_sender */
export const RESET = { none: 0, sent: 1, received: 2 } as const;
/** enum failed_call */
export const CALL = { none: 0, connect: 1, bind: 2, listen: 3, send: 4, receive: 5 } as const;

export const LIFE = shared('life', {
  entered_ns: many(u64, LIFE_STATES),
  accepted_ns: u64,
  handshake_retransmits: u32,
  states: many(u8, LIFE_STATES),
  count: u8,
  reset: u8,
  reason: u8,
  accepted_late: u8,
  failed: u8,
  soft_error: u8,
});

export const ICMP_MESSAGE = shared('icmp_message', {
  sender: address,
  family: u8,
  type: u8,
  code: u8,
  error: u8,
});

export const HEARD_MESSAGE = shared('heard_message', {
  cookie: u64,
  at_ns: u64,
  held_ns: u64,
  message: inner(ICMP_MESSAGE),
  sequence: u32,
  mtu: u32,
});

export const CLOSED_RECORD = shared('closed_record', {
  socket: inner(SOCKET_RECORD),
  life: inner(LIFE),
  closed_ns: u64,
  initial_sequence: u32,
  old_state: u8,
  error: u8,
  unsent: u8,
  call: u8,
  icmp: inner(ICMP_MESSAGE),
});

export const HANDSHAKE = shared('handshake', { initial_sequence: u32, port: u32 });

export const SYN_DROP = shared('syn_drop', {
  place: u64Exact,
  reason: u32,
  segments: u32,
  netns: u32,
  blamed: u32,
  at_ns: u64,
});

export const LIFE_EVENT = shared('life_event', {
  at_ns: u64,
  cookie: u64,
  since_ns: u64,
  rx_bytes: u64,
  tx_bytes: u64,
  local_address: address,
  remote_address: address,
  pid: u32,
  netns: u32,
  retransmits: u32,
  local_port: u16,
  remote_port: u16,
  kind: u8,
  old_state: u8,
  state: u8,
  error: u8,
  reset: u8,
  reason: u8,
  accepted: u8,
  late: u8,
  unsent: u8,
  call: u8,
  protocol: u16,
  icmp: inner(ICMP_MESSAGE),
  comm: name(16),
});

export const LIFE_COUNT = shared('life_count', {
  told: many(u64, LIFE_KINDS),
  untold: many(u64, LIFE_KINDS),
  full: u64,
});
