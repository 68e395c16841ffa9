import { formatAddress } from '../filter/address.ts';
import { PROTOCOLS, TCP_FLAGS } from '../filter/words.ts';
import type { Hook, PacketRow } from '../model.ts';
import type { DropNames } from './drops.ts';
import { FRAGMENT, PARTIAL, type PacketEvent, SOCKET } from './packet-event.ts';
import { POINT_FUNCTIONS } from './points.ts';

const PROTOCOL_NAMES = new Map(Object.entries(PROTOCOLS).map(([name, number]) => [number as number, name]));

/** What a packet's row needs that its event does not carry. */
export interface Names extends DropNames {
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
  /** How the function of that name is watched. */
  hook(name: string): Hook;
  /** "#12" for an interface of another network namespace. */
  interface(index: number, netns: number): string;
  /** The owner's name; null when its process is not known. */
  process(pid: number, cookie: number): string | null;
}

export function packetRow(number: number, event: PacketEvent, names: Names): PacketRow {
  const name = POINT_FUNCTIONS[event.point] ?? String(event.point);
  return {
    key: String(number),
    timeUs: Math.floor(names.epochUs + event.atNs / 1000),
    function: name,
    hook: names.hook(name),
    ...headers(event),
    ...identity(event),
    interface: names.interface(event.interface, event.netns),
    netns: event.netns,
    netnsName: null,
    cpu: event.cpu,
    pid: event.pid || null,
    process: event.pid ? names.process(event.pid, event.cookie) : null,
    currentPid: event.currentPid,
    currentProcess: null,
    mark: event.mark,
    ...drop(name, event, names),
    netfilter: null,
    stack: null,
  };
}

/** What stands in the packet itself. */
function headers(event: PacketEvent) {
  const hasPorts = !(event.status & (PARTIAL | FRAGMENT)) && isPorted(event.protocol);
  // A function that has only a socket may not know which packet it serves.
  const isTcp = hasPorts && event.protocol === PROTOCOLS.tcp && !(event.status & SOCKET && event.skb === 0n);
  return {
    protocol: protocolName(event.protocol),
    source: formatAddress(event.source),
    destination: formatAddress(event.destination),
    // 0 is the far end of a socket that listens.
    sourcePort: (hasPorts && event.sourcePort) || null,
    destinationPort: (hasPorts && event.destinationPort) || null,
    sequence: isTcp ? event.sequence : null,
    acknowledgment: isTcp ? event.acknowledgment : null,
    flags: isTcp ? flagNames(event.tcpFlags) : [],
    length: event.length,
    destinationMac: null,
    vlan: null,
    icmp: null,
    inner: null,
    headers: headersOf(event.status),
  };
}

/** consume_skb has a caller too, but lost nothing. */
function drop(name: string, event: PacketEvent, names: Names) {
  const dropped = name === 'kfree_skb';
  return {
    reason: dropped ? names.reason(event.reason) : null,
    place: dropped ? names.place(event.place) : null,
  };
}

/** Which packet it is, and where on its way. */
function identity(event: PacketEvent) {
  return {
    skb: event.skb === 0n ? '' : event.skb.toString(16),
    packet: event.packet === 0n ? '' : event.packet.toString(16),
    hop: event.hop,
    deltaUs: event.sinceNs === 0 ? null : event.sinceNs / 1000,
  };
}

function headersOf(status: number): PacketRow['headers'] {
  if (status & PARTIAL) return 'not linear';
  if (status & FRAGMENT) return 'fragment';
  return status & SOCKET ? 'socket' : 'complete';
}

function isPorted(protocol: number): boolean {
  return protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp;
}

export function protocolName(number: number): string {
  return PROTOCOL_NAMES.get(number) ?? String(number);
}

export function flagNames(bits: number): string[] {
  return Object.entries(TCP_FLAGS).flatMap(([name, bit]) => (bits & bit ? [name.toUpperCase()] : []));
}
