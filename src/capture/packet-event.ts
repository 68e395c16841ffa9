import type { Btf } from '../../native/btf.ts';
import { offsets, readU64, readWords, type Words } from './wire.ts';

const SIZES = {
  at_ns: 8,
  skb: 8,
  cookie: 8,
  place: 8,
  source: 16,
  destination: 16,
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
  source_port: 2,
  destination_port: 2,
  point: 2,
  cpu: 2,
  icmp_type: 2,
  icmp_id: 2,
  family: 1,
  protocol: 1,
  tcp_flags: 1,
  status: 1,
};

/** enum packet_status in bpf/events.h. */
export const PARTIAL = 1;
export const FRAGMENT = 2;
export const SOCKET = 4;

/** struct packet_event, decoded. */
export interface PacketEvent {
  atNs: number;
  skb: bigint;
  cookie: number;
  place: bigint;
  source: Words;
  destination: Words;
  sequence: number;
  acknowledgment: number;
  length: number;
  interface: number;
  netns: number;
  pid: number;
  currentPid: number;
  generation: number;
  reason: number;
  payload: number;
  sourcePort: number;
  destinationPort: number;
  point: number;
  cpu: number;
  icmpType: number;
  icmpId: number;
  family: 4 | 6;
  protocol: number;
  tcpFlags: number;
  status: number;
}

export interface PacketReader {
  size: number;
  read(view: DataView, base: number): PacketEvent;
}

/** A decoder of struct packet_event at the offsets that the object's BTF gives. */
export function packetReader(btf: Btf): PacketReader {
  const o = offsets(btf, 'packet_event', SIZES);
  const u32 = (view: DataView, at: number): number => view.getUint32(at, true);
  const u16 = (view: DataView, at: number): number => view.getUint16(at, true);
  return {
    size: o.size,
    read: (view, base) => ({
      atNs: readU64(view, base + o.at_ns),
      skb: view.getBigUint64(base + o.skb, true),
      cookie: readU64(view, base + o.cookie),
      place: view.getBigUint64(base + o.place, true),
      source: readWords(view, base + o.source),
      destination: readWords(view, base + o.destination),
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
      sourcePort: u16(view, base + o.source_port),
      destinationPort: u16(view, base + o.destination_port),
      point: u16(view, base + o.point),
      cpu: u16(view, base + o.cpu),
      icmpType: u16(view, base + o.icmp_type),
      icmpId: u16(view, base + o.icmp_id),
      family: view.getUint8(base + o.family) === 4 ? 4 : 6,
      protocol: view.getUint8(base + o.protocol),
      tcpFlags: view.getUint8(base + o.tcp_flags),
      status: view.getUint8(base + o.status),
    }),
  };
}
