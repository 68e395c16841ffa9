import type { Btf } from '../../../native/btf.ts';
import { offsets, readU64, readWords } from './layout.ts';

const KEY = { place: 8, reason: 4, interface: 4, netns: 4, pid: 4, generation: 4, traits: 4 };
const COUNT = { count: 8, bytes: 8, stack: 4 };
const LAST = {
  at_ns: 8,
  cookie: 8,
  source: 16,
  destination: 16,
  sequence: 4,
  acknowledgment: 4,
  length: 4,
  source_port: 2,
  destination_port: 2,
  icmp_id: 2,
  ether_type: 2,
  family: 1,
  protocol: 1,
  tcp_flags: 1,
  status: 1,
};

/** enum drop_trait, bpf/abi/drop.h. */
export const trait = { atListener: 1, untracked: 2, multicast: 4, broadcast: 8 } as const;

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export type DropKey = ReturnType<ReturnType<typeof dropKeyReader>>;
export type DropCount = ReturnType<ReturnType<typeof dropReader>>;
export type LastDrop = ReturnType<ReturnType<typeof lastDropReader>>;

/** Decodes struct drop_key. */
export function dropKeyReader(btf: Btf) {
  const o = offsets(btf, 'drop_key', KEY);
  return (bytes: Buffer) => {
    const view = viewOf(bytes);
    return {
      place: view.getBigUint64(o.place, true),
      reason: view.getUint32(o.reason, true),
      interface: view.getUint32(o.interface, true),
      netns: view.getUint32(o.netns, true),
      pid: view.getUint32(o.pid, true),
      generation: view.getUint32(o.generation, true),
      traits: view.getUint32(o.traits, true),
    };
  };
}

/** Decodes struct drop. */
export function dropReader(btf: Btf) {
  const o = offsets(btf, 'drop', COUNT);
  return (bytes: Buffer) => {
    const view = viewOf(bytes);
    return {
      count: readU64(view, o.count),
      bytes: readU64(view, o.bytes),
      stack: view.getUint32(o.stack, true),
    };
  };
}

/** Decodes struct last_drop. */
export function lastDropReader(btf: Btf) {
  const o = offsets(btf, 'last_drop', LAST);
  return (bytes: Buffer) => {
    const view = viewOf(bytes);
    return {
      atNs: readU64(view, o.at_ns),
      cookie: readU64(view, o.cookie),
      source: readWords(view, o.source),
      destination: readWords(view, o.destination),
      sequence: view.getUint32(o.sequence, true),
      acknowledgment: view.getUint32(o.acknowledgment, true),
      length: view.getUint32(o.length, true),
      sourcePort: view.getUint16(o.source_port, true),
      destinationPort: view.getUint16(o.destination_port, true),
      icmpId: view.getUint16(o.icmp_id, true),
      etherType: view.getUint16(o.ether_type, true),
      family: view.getUint8(o.family),
      protocol: view.getUint8(o.protocol),
      tcpFlags: view.getUint8(o.tcp_flags),
      status: view.getUint8(o.status),
    };
  };
}
