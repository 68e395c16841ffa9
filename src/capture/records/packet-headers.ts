import { STATUS, TUNNEL } from '../../abi/packet.ts';
import { formatAddress } from '../../filter/address.ts';
import { PROTOCOLS, TCP_FLAGS } from '../../filter/words.ts';
import type { Icmp, Inner, PacketRow } from '../../model/model.ts';
import type { PacketEvent } from './packet-event.ts';

const PROTOCOL_NAMES = new Map(Object.entries(PROTOCOLS).map(([name, number]) => [number as number, name]));
PROTOCOL_NAMES.set(262, 'mptcp'); // of sockets: on the wire it is TCP
/** Echo and its reply, RFC 792 and RFC 4443. */
const ECHOES = { [PROTOCOLS.icmp]: [8, 0], [PROTOCOLS.icmp6]: [128, 129] } as Record<number, number[]>;
const TUNNELS: Record<number, Inner['tunnel']> = {
  [TUNNEL.vxlan]: 'vxlan',
  [TUNNEL.geneve]: 'geneve',
  [TUNNEL.ipip]: 'ipip',
  [TUNNEL.gre]: 'gre',
  [TUNNEL.greKey]: 'gre',
};

const FLAG_SETS = Array.from({ length: 256 }, (_, bits) =>
  Object.entries(TCP_FLAGS).flatMap(([name, bit]) => (bits & bit ? [name.toUpperCase()] : [])),
);
/** The two digits of each byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** What stands in the packet itself. */
export function headers(event: PacketEvent) {
  const { status } = event;
  const hasTransport = !(status & (STATUS.partial | STATUS.fragment));
  const hasPorts = hasTransport && isPorted(event.protocol);
  // A function that has only a socket may not know which packet it serves.
  const isKnown = !(status & STATUS.unbuilt) && !(status & STATUS.socket && event.skb === 0n);
  const isTcp = hasPorts && isKnown && event.protocol === PROTOCOLS.tcp;
  const { protocol, source, destination } = network(event);
  return {
    protocol,
    source,
    destination,
    // 0 is the far end of a socket that listens.
    sourcePort: (hasPorts && event.sourcePort) || null,
    destinationPort: (hasPorts && event.destinationPort) || null,
    sequence: isTcp ? event.sequence : null,
    acknowledgment: isTcp ? event.acknowledgment : null,
    flags: isTcp ? flagNames(event.tcpFlags) : [],
    length: event.length,
    destinationMac: status & STATUS.link ? formatMac(event.mac) : null,
    vlan: event.vlan === 0 ? null : event.vlan & 0xfff, // above it priority and drop eligibility: IEEE 802.1Q
    icmp: hasTransport && !(status & STATUS.socket) ? icmp(event) : null,
    inner: inner(event),
    headers: headersOf(status),
  };
}

function network({ status, protocol, source, destination }: PacketEvent) {
  if (status & STATUS.hidden) return { protocol: '', source: '', destination: '' };
  return {
    protocol: protocolName(protocol),
    source: formatAddress(source),
    destination: formatAddress(destination),
  };
}

function formatMac(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += `${text && ':'}${HEX[byte]}`;
  return text;
}

function icmp({ protocol, icmpType, icmpId, icmpSequence }: PacketEvent): Icmp | null {
  const echoes = ECHOES[protocol];
  if (!echoes) return null;
  const type = icmpType >> 8;
  const isEcho = echoes.includes(type);
  return {
    type,
    code: icmpType & 0xff,
    id: isEcho ? icmpId : null,
    sequence: isEcho ? icmpSequence : null,
  };
}

function inner(event: PacketEvent): Inner | null {
  const tunnel = TUNNELS[event.tunnel];
  if (tunnel === undefined) return null;
  const isKnown = event.innerFamily !== 0;
  return {
    tunnel,
    id: event.tunnel === TUNNEL.ipip || event.tunnel === TUNNEL.gre ? null : event.tunnelId,
    protocol: isKnown ? protocolName(event.innerProtocol) : null,
    source: isKnown ? formatAddress(event.innerSource) : null,
    sourcePort: event.innerSourcePort || null,
    destination: isKnown ? formatAddress(event.innerDestination) : null,
    destinationPort: event.innerDestinationPort || null,
  };
}

function headersOf(status: number): PacketRow['headers'] {
  if (status & STATUS.partial) return 'not linear';
  if (status & STATUS.fragment) return 'fragment';
  if (status & STATUS.unbuilt) return 'not built';
  return status & STATUS.socket ? 'socket' : 'complete';
}

export function protocolName(number: number): string {
  return PROTOCOL_NAMES.get(number) ?? String(number);
}

function isPorted(protocol: number): boolean {
  return protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp;
}

export function flagNames(bits: number): string[] {
  return FLAG_SETS[bits] ?? [];
}
