import type { Btf } from '../../../native/btf.ts';
import { viewOf } from '../../../native/fields.ts';
import { DROP, DROP_KEY, LAST_DROP } from '../../abi/drop.ts';
import { codecOf } from '../../abi/layout.ts';

export type DropKey = ReturnType<ReturnType<typeof dropKeyReader>>;
export interface DropCount {
  count: number;
  bytes: number;
  stack: number;
  /** By protocol, in the order of DROP_PROTOCOLS; absent: not counted so. */
  counts?: readonly number[];
}
export type LastDrop = ReturnType<ReturnType<typeof lastDropReader>>;

/** Decodes struct drop_key. */
export function dropKeyReader(btf: Btf) {
  const { get } = codecOf(btf, DROP_KEY);
  return (bytes: Buffer) => {
    const view = viewOf(bytes);
    return {
      place: get.place(view, 0),
      reason: get.reason(view, 0),
      interface: get.interface(view, 0),
      netns: get.netns(view, 0),
      pid: get.pid(view, 0),
      generation: get.generation(view, 0),
      traits: get.traits(view, 0),
      rule: get.rule(view, 0),
      table: get.table(view, 0),
    };
  };
}

/** Decodes struct drop. */
export function dropReader(btf: Btf) {
  const { get } = codecOf(btf, DROP);
  return (bytes: Buffer): DropCount => {
    const view = viewOf(bytes);
    const counts = get.counts(view, 0);
    return {
      count: counts.reduce((sum, count) => sum + count, 0),
      counts,
      bytes: get.bytes(view, 0),
      stack: get.stack(view, 0),
    };
  };
}

/** Decodes struct last_drop. */
export function lastDropReader(btf: Btf) {
  const { get } = codecOf(btf, LAST_DROP);
  return (bytes: Buffer) => {
    const view = viewOf(bytes);
    return {
      atNs: get.at_ns(view, 0),
      cookie: get.cookie(view, 0),
      source: get.source(view, 0),
      destination: get.destination(view, 0),
      sequence: get.sequence(view, 0),
      acknowledgment: get.acknowledgment(view, 0),
      length: get.length(view, 0),
      sourcePort: get.source_port(view, 0),
      destinationPort: get.destination_port(view, 0),
      icmpId: get.icmp_id(view, 0),
      etherType: get.ether_type(view, 0),
      family: get.family(view, 0),
      protocol: get.protocol(view, 0),
      tcpFlags: get.tcp_flags(view, 0),
      status: get.status(view, 0),
    };
  };
}
