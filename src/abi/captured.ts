import { bytes, u8, u16, u32, u64 } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/captured.h, which says what each member means. */

export const CAPTURED = shared('captured', {
  lost_packets: u32,
  lost_events: u32,
  tag: u16,
  link: u8,
  network: u8,
  shape: u8,
  link_header: bytes(24),
  header: bytes(128),
});

export const LOST_FRAMES = shared('lost_frames', { packets: u64, events: u64 });
