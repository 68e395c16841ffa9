import { address, name, u8, u16, u32, u64 } from '../../native/fields.ts';
import { inner, shared } from './layout.ts';

/** bpf/abi/traffic.h, which says what each member means. */

export const TRAFFIC_KEY = shared('traffic_key', {
  near_address: address,
  far_address: address,
  netns: u32,
  interface: u32,
  near_port: u16,
  far_port: u16,
  protocol: u16,
  family: u8,
  status: u8,
});

export const TRAFFIC_SUM = shared('traffic_sum', {
  rx_frames: u64,
  rx_bytes: u64,
  tx_frames: u64,
  tx_bytes: u64,
});

export const TRAFFIC_FLOW = shared('traffic_flow', {
  sum: inner(TRAFFIC_SUM),
  start_ns: u64,
  cookie: u64,
  pid: u32,
  tries: u32,
  uid: u32,
  comm: name(16),
});

export const TRAFFIC_DEVICE = shared('traffic_device', { netns: u32, interface: u32 });

export const TRAFFIC_CONTROL = shared('traffic_control', { netns: u32 });
