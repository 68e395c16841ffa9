import { name, u8, u32, u64 } from '../../native/fields.ts';
import { inner, shared } from './layout.ts';
import { FLOW_KEY } from './packet.ts';

/** bpf/abi/wire.h, which says what each member means. The causes and protocols are those of the model. */

export const WIRE_KEY = shared('wire_key', {
  start_ns: u64,
  pid: u32,
  netns: u32,
  interface: u32,
  cause: u8,
  protocol: u8,
  stacked: u8,
});

export const WIRE_COUNT = shared('wire_count', {
  rx_frames: u64,
  rx_bytes: u64,
  rx_buffers: u64,
  rx_buffer_bytes: u64,
  tx_frames: u64,
  tx_bytes: u64,
  tx_buffers: u64,
  tx_buffer_bytes: u64,
  uid: u32,
  comm: name(16),
});

export const WIRE_WAITING = shared('wire_waiting', {
  cookie: u64,
  flow: inner(FLOW_KEY),
  key: inner(WIRE_KEY),
});

export const WIRE_LOSS = shared('wire_loss', { frames: u64, bytes: u64 });
