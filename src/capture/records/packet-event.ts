import type { Btf } from '../../../native/btf.ts';
import { offsets, readU64, readWords, type Words } from './layout.ts';

const SIZES = {
  at_ns: 8,
  packet: 8,
  skb: 8,
  cookie: 8,
  place: 8,
  source: 16,
  destination: 16,
  inner_source: 16,
  inner_destination: 16,
  sequence: 4,
  acknowledgment: 4,
  length: 4,
  interface: 4,
  netns: 4,
  pid: 4,
  current_pid: 4,
  generation: 4,
  reason: 4,
  payload: 4,
  mark: 4,
  since_ns: 4,
  stack: 4,
  tunnel_id: 4,
  source_port: 2,
  destination_port: 2,
  inner_source_port: 2,
  inner_destination_port: 2,
  point: 2,
  cpu: 2,
  hop: 2,
  icmp_type: 2,
  icmp_id: 2,
  icmp_sequence: 2,
  vlan: 2,
  mac: 6,
  family: 1,
  protocol: 1,
  tcp_flags: 1,
  status: 1,
  inner_family: 1,
  inner_protocol: 1,
  tunnel: 1,
  nf_hook: 1,
  verdict: 1,
};

/** enum packet_status in bpf/abi/packet.h. */
export const PARTIAL = 1;
export const FRAGMENT = 2;
export const SOCKET = 4;
export const UNBUILT = 8;
export const HIDDEN = 16;
export const LINK = 32;

/** enum tunnel in bpf/abi/packet.h. */
export const Tunnel = { none: 0, vxlan: 1, geneve: 2, ipip: 3, gre: 4, greKey: 5 } as const;

/**
 * Has all members from the start: an object that grows to so many by spreading alone becomes a hash
 * table, and takes fifty times as long.
 */
const EMPTY = {
  atNs: 0,
  packet: 0n,
  skb: 0n,
  cookie: 0,
  place: 0n,
  source: [0, 0, 0, 0] as Words,
  destination: [0, 0, 0, 0] as Words,
  innerSource: [0, 0, 0, 0] as Words,
  innerDestination: [0, 0, 0, 0] as Words,
  sequence: 0,
  acknowledgment: 0,
  length: 0,
  interface: 0,
  netns: 0,
  pid: 0,
  currentPid: 0,
  generation: 0,
  reason: 0,
  payload: 0,
  mark: 0,
  sinceNs: 0,
  stack: 0,
  tunnelId: 0,
  sourcePort: 0,
  destinationPort: 0,
  innerSourcePort: 0,
  innerDestinationPort: 0,
  point: 0,
  cpu: 0,
  hop: 0,
  icmpType: 0,
  icmpId: 0,
  icmpSequence: 0,
  vlan: 0,
  mac: new Uint8Array(6) as Uint8Array,
  family: 4 as 4 | 6,
  protocol: 0,
  tcpFlags: 0,
  status: 0,
  innerFamily: 0,
  innerProtocol: 0,
  tunnel: 0,
  nfHook: 0,
  verdict: 0,
};

/** struct packet_event, decoded. */
export type PacketEvent = typeof EMPTY;

export interface PacketReader {
  size: number;
  read(view: DataView, base: number): PacketEvent;
}

const u32 = (view: DataView, at: number): number => view.getUint32(at, true);
const u16 = (view: DataView, at: number): number => view.getUint16(at, true);

/** A decoder of struct packet_event at the offsets that the object's BTF gives. */
export function packetReader(btf: Btf): PacketReader {
  const o = offsets(btf, 'packet_event', SIZES);
  return {
    size: o.size,
    read: (view, base) => ({ ...EMPTY, ...readEnds(o, view, base), ...readRest(o, view, base) }),
  };
}

type Offsets = ReturnType<typeof offsets<keyof typeof SIZES>>;

function readEnds(o: Offsets, view: DataView, base: number) {
  return {
    atNs: readU64(view, base + o.at_ns),
    packet: view.getBigUint64(base + o.packet, true),
    skb: view.getBigUint64(base + o.skb, true),
    cookie: readU64(view, base + o.cookie),
    place: view.getBigUint64(base + o.place, true),
    source: readWords(view, base + o.source),
    destination: readWords(view, base + o.destination),
    innerSource: readWords(view, base + o.inner_source),
    innerDestination: readWords(view, base + o.inner_destination),
    sequence: u32(view, base + o.sequence),
    acknowledgment: u32(view, base + o.acknowledgment),
    length: u32(view, base + o.length),
    interface: u32(view, base + o.interface),
    netns: u32(view, base + o.netns),
    pid: u32(view, base + o.pid),
    currentPid: u32(view, base + o.current_pid),
    generation: u32(view, base + o.generation),
    reason: u32(view, base + o.reason),
    payload: u32(view, base + o.payload),
  };
}

function readRest(o: Offsets, view: DataView, base: number) {
  return {
    mark: u32(view, base + o.mark),
    sinceNs: u32(view, base + o.since_ns),
    stack: u32(view, base + o.stack),
    tunnelId: u32(view, base + o.tunnel_id),
    sourcePort: u16(view, base + o.source_port),
    destinationPort: u16(view, base + o.destination_port),
    innerSourcePort: u16(view, base + o.inner_source_port),
    innerDestinationPort: u16(view, base + o.inner_destination_port),
    point: u16(view, base + o.point),
    cpu: u16(view, base + o.cpu),
    hop: u16(view, base + o.hop),
    icmpType: u16(view, base + o.icmp_type),
    icmpId: u16(view, base + o.icmp_id),
    icmpSequence: u16(view, base + o.icmp_sequence),
    vlan: u16(view, base + o.vlan),
    mac: new Uint8Array(view.buffer, view.byteOffset + base + o.mac, 6),
    family: view.getUint8(base + o.family) === 4 ? (4 as const) : (6 as const),
    protocol: view.getUint8(base + o.protocol),
    tcpFlags: view.getUint8(base + o.tcp_flags),
    status: view.getUint8(base + o.status),
    innerFamily: view.getUint8(base + o.inner_family),
    innerProtocol: view.getUint8(base + o.inner_protocol),
    tunnel: view.getUint8(base + o.tunnel),
    nfHook: view.getUint8(base + o.nf_hook),
    verdict: view.getUint8(base + o.verdict),
  };
}
