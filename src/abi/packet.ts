import { address, bytes, name, u8, u16, u32, u64, u64Exact } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/packet.h, which says what each member means. */

/** enum packet_status */
export const STATUS = { partial: 1, fragment: 2, socket: 4, unbuilt: 8, hidden: 16, link: 32 } as const;
/** enum tunnel */
export const TUNNEL = { none: 0, vxlan: 1, geneve: 2, ipip: 3, gre: 4, greKey: 5 } as const;
/** enum nf_place, by number; 0: the function is not netfilter's. */
export const NF_PLACES = [
  'nowhere',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'ingress',
  'egress',
  'brouting',
] as const;
/** enum nf_verdict, by number. */
export const NF_VERDICTS = ['drop', 'accept', 'stolen', 'queue', 'repeat', 'stop'] as const;
/** enum stack_size */
export const STACKS = 16_384;
export const STACK_FRAMES = 48;
/** enum raw_headers: those of each point. */
export const RAW_HEADERS = 2;
/** enum skb_shape in bpf/packet/flow.bpf.h. */
export const SHAPE = { receive: 0, transmit: 1, socket: 2, output: 3, any: 4 } as const;

export const OWNER = shared('owner', {
  start_ns: u64,
  opened_ns: u64,
  shown: u64,
  pid: u32,
  uid: u32,
  copied_seq: u32,
  inherited: u8,
  flow_known: u8,
  shared: u8,
  comm: name(16),
  netns: u32,
});

export const USAGE_KEY = shared('usage_key', { cookie: u64, pid: u32, protocol: u16, life: u16 });

export const USAGE = shared('usage', {
  rx_bytes: u64,
  tx_bytes: u64,
  rx_far_bytes: u64,
  tx_far_bytes: u64,
  start_ns: u64,
  uid: u32,
  receives: u8,
  sends: u8,
  comm: name(16),
});

export const FLOW_KEY = shared('flow_key', {
  local_address: address,
  remote_address: address,
  netns: u32,
  protocol: u32,
  local_port: u16,
  remote_port: u16,
});

export const PACKET_EVENT = shared('packet_event', {
  at_ns: u64,
  packet: u64Exact,
  skb: u64Exact,
  cookie: u64,
  place: u64Exact,
  source: address,
  destination: address,
  inner_source: address,
  inner_destination: address,
  sequence: u32,
  acknowledgment: u32,
  length: u32,
  interface: u32,
  netns: u32,
  pid: u32,
  current_pid: u32,
  generation: u32,
  reason: u32,
  payload: u32,
  mark: u32,
  since_ns: u32,
  stack: u32,
  tunnel_id: u32,
  source_port: u16,
  destination_port: u16,
  inner_source_port: u16,
  inner_destination_port: u16,
  point: u16,
  cpu: u16,
  hop: u16,
  icmp_type: u16,
  icmp_id: u16,
  icmp_sequence: u16,
  vlan: u16,
  mac: bytes(6),
  family: u8,
  protocol: u8,
  tcp_flags: u8,
  status: u8,
  inner_family: u8,
  inner_protocol: u8,
  tunnel: u8,
  nf_hook: u8,
  verdict: u8,
  ttl: u8,
  window: u16,
});

export const CHAIN = shared('chain', { table: name(32), name: name(32) });

export const POINT_COUNT = shared('point_count', {
  hits: u64,
  filtered: u64,
  limited: u64,
  ring_full: u64,
  emitted: u64,
});

export const FUNCTION = shared('function', { sk: u8, shape: u8, delivers: u8, transmit: u8 });

export const RAW_HEADER = shared('raw_header', { length: u32, bytes: bytes(60) });

export const ACCOUNT_LOSS = shared('account_loss', {
  usage_full: u64,
  closed_full: u64,
  closed_lost: u64,
  streams_full: u64,
  far_ends_full: u64,
  released_lost: u64,
});
