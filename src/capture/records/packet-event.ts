import type { Codec } from '../../../native/codec.ts';
import { codecOf, type Layouts, type Words } from '../../abi/layout.ts';
import { PACKET_EVENT } from '../../abi/packet.ts';

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
  ttl: 0,
  window: 0,
};

/** struct packet_event, decoded. */
export type PacketEvent = typeof EMPTY;

export interface PacketReader {
  size: number;
  read(view: DataView, base: number): PacketEvent;
}

/** A decoder of struct packet_event at the offsets that the object's BTF gives. */
export function packetReader(btf: Layouts): PacketReader {
  const { size, get } = codecOf(btf, PACKET_EVENT);
  return {
    size,
    read: (view, base) => ({ ...EMPTY, ...readEnds(get, view, base), ...readRest(get, view, base) }),
  };
}

type Getters = Codec<typeof PACKET_EVENT.fields>['get'];

function readEnds(get: Getters, view: DataView, base: number) {
  return {
    atNs: get.at_ns(view, base),
    packet: get.packet(view, base),
    skb: get.skb(view, base),
    cookie: get.cookie(view, base),
    place: get.place(view, base),
    source: get.source(view, base),
    destination: get.destination(view, base),
    innerSource: get.inner_source(view, base),
    innerDestination: get.inner_destination(view, base),
    sequence: get.sequence(view, base),
    acknowledgment: get.acknowledgment(view, base),
    length: get.length(view, base),
    interface: get.interface(view, base),
    netns: get.netns(view, base),
    pid: get.pid(view, base),
    currentPid: get.current_pid(view, base),
    generation: get.generation(view, base),
    reason: get.reason(view, base),
    payload: get.payload(view, base),
  };
}

function readRest(get: Getters, view: DataView, base: number) {
  return {
    mark: get.mark(view, base),
    sinceNs: get.since_ns(view, base),
    stack: get.stack(view, base),
    tunnelId: get.tunnel_id(view, base),
    sourcePort: get.source_port(view, base),
    destinationPort: get.destination_port(view, base),
    innerSourcePort: get.inner_source_port(view, base),
    innerDestinationPort: get.inner_destination_port(view, base),
    point: get.point(view, base),
    cpu: get.cpu(view, base),
    hop: get.hop(view, base),
    icmpType: get.icmp_type(view, base),
    icmpId: get.icmp_id(view, base),
    icmpSequence: get.icmp_sequence(view, base),
    vlan: get.vlan(view, base),
    mac: get.mac(view, base).slice(), // the view shows another record soon
    family: get.family(view, base) === 4 ? (4 as const) : (6 as const),
    protocol: get.protocol(view, base),
    tcpFlags: get.tcp_flags(view, base),
    status: get.status(view, base),
    innerFamily: get.inner_family(view, base),
    innerProtocol: get.inner_protocol(view, base),
    tunnel: get.tunnel(view, base),
    nfHook: get.nf_hook(view, base),
    verdict: get.verdict(view, base),
    ttl: get.ttl(view, base),
    window: get.window(view, base),
  };
}
