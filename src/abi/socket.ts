import { address, name, u8, u16, u32, u64 } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/socket.h, which says what each member means. */

/** enum socket_kind: in place of a protocol; of raw sockets or-ed to it. */
export const RAW_SOCKET = 0x8000;
export const FRAMES_SOCKET = 0xffff;

export const SOCKET_RECORD = shared('socket_record', {
  cookie: u64,
  rx_bytes: u64,
  tx_bytes: u64,
  opened_ns: u64,
  start_ns: u64,
  acked_bytes: u64,
  delivery_rate: u64,
  local_address: address,
  remote_address: address,
  pid: u32,
  uid: u32,
  rtt_us: u32,
  retransmits: u32,
  netns: u32,
  rtt_variance_us: u32,
  min_rtt_us: u32,
  congestion_window: u32,
  slow_start_threshold: u32,
  mss: u32,
  receive_queue: u32,
  send_queue: u32,
  unsent_bytes: u32,
  segments_sent: u32,
  lost_segments: u32,
  out_of_order_segments: u32,
  busy_jiffies: u32,
  receiver_limited_jiffies: u32,
  send_buffer_limited_jiffies: u32,
  drops: u32,
  handshakes: u32,
  device: u32,
  local_port: u16,
  remote_port: u16,
  protocol: u16,
  ethertype: u16,
  state: u8,
  application_limited: u8,
  mini: u8,
  send_buffer_full: u8,
  subflow: u8,
  waiting: u8,
  timeouts: u8,
  comm: name(16),
  congestion_control: name(16),
});

export const FAR_END_KEY = shared('far_end_key', { cookie: u64, address, port: u16 });

export const FAR_END = shared('far_end', { rx_bytes: u64, tx_bytes: u64, opened_ns: u64 });
