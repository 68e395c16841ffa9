import { address, i32, u8, u16, u32, u64, u64Exact } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/request.h, which says what each member means. */

/** enum piece_direction */
export const PIECE_DIRECTION = { sent: 0, received: 1 } as const;
/** enum speech */
export const SPEECH = {
  unknown: 0,
  other: 1,
  http: 2,
  http2: 3,
  tls: 4,
  dns: 5,
  named: 6,
  quic: 7,
  redis: 8,
  postgresql: 9,
  mysql: 10,
} as const;
/** enum piece_flag, or-ed. */
export const PIECE_FLAG = { turn: 1, gap: 2, head: 4, fin: 8, reset: 16, listener: 32, after: 64 } as const;

/** Sequence numbers are signed here, as their differences are taken modulo 2^32. */
export const PIECE = shared('piece', {
  at_ns: u64,
  cookie: u64,
  last_sent_ns: u64,
  last_received_ns: u64,
  connecting_ns: u64,
  connected_ns: u64,
  read_ns: u64,
  acknowledged_ns: u64,
  local: address,
  remote: address,
  sequence: i32,
  turn: i32,
  length: u32,
  next_sent: i32,
  next_received: i32,
  read: i32,
  acknowledged: i32,
  local_port: u16,
  remote_port: u16,
  captured: u16,
  number: u16,
  direction: u8,
  speech: u8,
  flags: u8,
  protocol: u8,
});

/** enum progress_place */
export const PROGRESS_PLACE = { shift: 18, factor: 0x61c88647 } as const;

export const PROGRESS = shared('progress', {
  cookie: u64,
  sent_ns: u64,
  received_ns: u64,
  read_ns: u64,
  acknowledged_ns: u64,
  sent: i32,
  received: i32,
  read: i32,
  acknowledged: i32,
  skipped: u32,
});

export const WANTED = shared('wanted', {
  text: u64Exact,
  text_mask: u64Exact,
  host: u64Exact,
  host_mask: u64Exact,
  address,
  address_mask: address,
  method: u32,
  method_mask: u32,
  speeches: u32,
  port_low: u16,
  port_high: u16,
  names_alone: u8,
  answers: u8,
});

export const PIECE_COUNT = shared('piece_count', {
  ring_full: u64,
  requests_lost: u64,
  unwanted: u64,
  no_storage: u64,
  held_back: u64,
  messages_lost: u64,
  queries_lost: u64,
});
