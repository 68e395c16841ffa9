import { sumOf, writeChecksum } from './checksum.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** How what lies within a packet is hidden: in its place; returns how many bytes of it stay. */
type Hide = (bytes: Uint8Array, pseudonyms: Pseudonyms) => number;

export interface Inside {
  ethernet: Hide;
  ip: Hide;
}

export interface Around {
  pseudonyms: Pseudonyms;
  inside: Inside;
  /** Both addresses, for the checksum; empty: that does not count them. */
  ends: Uint8Array;
  /** Of the message, read or not. */
  size: number;
}

const PROTOCOL = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ip6: 41,
  gre: 47,
  esp: 50,
  icmp6: 58,
  sctp: 132,
  udplite: 136,
} as const;
const PORT = { dns: 53, vxlan: 4789, mdns: 5353 } as const;
const DNS_HEADER = 12;
/** Sums over what is not there any more are no checksums: this value says so in each protocol. */
const NO_CHECKSUM = [0xff, 0xff];
/** RFC 8684 */
const MPTCP = { option: 30, addAddress: 3 } as const;
const NOP = 1;

/** What follows the IP header: changed in its place; returns how many bytes of it stay. */
export function hideTransport(protocol: number, bytes: Uint8Array, around: Around): number {
  const { pseudonyms, inside } = around;
  switch (protocol) {
    case PROTOCOL.tcp:
      return hideTcp(bytes);
    case PROTOCOL.udp:
    case PROTOCOL.udplite:
      return hideUdp(bytes, around);
    case PROTOCOL.icmp:
      return hideIcmp(bytes, around);
    case PROTOCOL.icmp6:
      return hideIcmp6(bytes, around);
    case PROTOCOL.igmp:
      return hideIgmp(bytes, around);
    case PROTOCOL.ipip:
    case PROTOCOL.ip6:
      return inside.ip(bytes, pseudonyms);
    case PROTOCOL.gre:
      return hideGre(bytes, around);
    case PROTOCOL.sctp:
      bytes.fill(0, 8, 12);
      return Math.min(12, bytes.length);
    case PROTOCOL.esp:
      return Math.min(8, bytes.length);
    default:
      return 0;
  }
}

/** Of a quoted one the ports and the number may be all there is. */
function hideTcp(bytes: Uint8Array): number {
  if (bytes.length < 20) return Math.min(8, bytes.length);
  bytes.set(NO_CHECKSUM, 16);
  const length = Math.max(20, ((bytes[12] ?? 0) >> 4) * 4);
  for (let at = 20; at < Math.min(length, bytes.length); ) {
    const [option = 0, size = 0, kind = 0] = bytes.subarray(at);
    if (option === 0) break;
    if (option === NOP) at++;
    else if (size < 2) break;
    else {
      const isAddress = option === MPTCP.option && kind >> 4 === MPTCP.addAddress;
      if (isAddress) bytes.fill(NOP, at, at + size);
      at += size;
    }
  }
  return Math.min(length, bytes.length);
}

function hideUdp(bytes: Uint8Array, { pseudonyms, inside }: Around): number {
  if (bytes.length < 8) return Math.min(4, bytes.length);
  if (word(bytes, 6) !== 0) bytes.set(NO_CHECKSUM, 6);
  const ports = [word(bytes, 0), word(bytes, 2)];
  if (ports.includes(PORT.dns) || ports.includes(PORT.mdns)) return Math.min(8 + DNS_HEADER, bytes.length);
  if (ports[1] !== PORT.vxlan || bytes.length < 16) return 8;
  return 16 + inside.ethernet(bytes.subarray(16), pseudonyms);
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

const ICMP_QUOTES = [3, 4, 5, 11, 12];
const REDIRECT = 5;
/** Echo and its reply, timestamps, masks: with their data cut off. */
const ICMP_SIZES: Readonly<Record<number, number>> = { 0: 8, 8: 8, 10: 8, 13: 20, 14: 20, 17: 12, 18: 12 };

function hideIcmp(bytes: Uint8Array, { pseudonyms, inside, size }: Around): number {
  const type = bytes[0] ?? 0;
  if (!ICMP_QUOTES.includes(type) || bytes.length < 8)
    return withChecksum(bytes, Math.min(ICMP_SIZES[type] ?? 4, bytes.length), 2, size);
  if (type === REDIRECT) pseudonyms.replace(bytes.subarray(4, 8));
  return withChecksum(bytes, 8 + inside.ip(bytes.subarray(8), pseudonyms), 2, size);
}

/** Where addresses stand in messages of ICMPv6, and how much of the message is understood. */
const ICMP6: Readonly<Record<number, { size: number; addresses?: readonly number[] }>> = {
  128: { size: 8 },
  129: { size: 8 },
  130: { size: 24, addresses: [8] },
  131: { size: 24, addresses: [8] },
  132: { size: 24, addresses: [8] },
  133: { size: 8 },
  134: { size: 16 },
  135: { size: 24, addresses: [8] },
  136: { size: 24, addresses: [8] },
  137: { size: 40, addresses: [8, 24] },
  143: { size: 8 },
};
const LAST_ERROR = 127;

function hideIcmp6(bytes: Uint8Array, { pseudonyms, inside, ends, size }: Around): number {
  const type = bytes[0] ?? 0;
  const before = sumOf(ends, size + PROTOCOL.icmp6);
  if (type > 0 && type <= LAST_ERROR && bytes.length >= 8)
    return withChecksum(bytes, 8 + inside.ip(bytes.subarray(8), pseudonyms), 2, size, before);
  const { size: known, addresses = [] } = ICMP6[type] ?? { size: 4 };
  for (const at of addresses.filter((at) => at + 16 <= bytes.length))
    pseudonyms.replace(bytes.subarray(at, at + 16));
  const isCut = bytes.length < known && addresses.length > 0;
  return withChecksum(
    bytes,
    isCut ? Math.min(8, bytes.length) : Math.min(known, bytes.length),
    2,
    size,
    before,
  );
}

const IGMP_REPORT_3 = 0x22;

function hideIgmp(bytes: Uint8Array, { pseudonyms, size }: Around): number {
  if (bytes.length < 8) return Math.min(4, bytes.length);
  if (bytes[0] !== IGMP_REPORT_3) pseudonyms.replace(bytes.subarray(4, 8));
  return withChecksum(bytes, 8, 2, size);
}

const GRE = { checksum: 0x80, key: 0x20, sequence: 0x10 } as const;
const ETHERNET_BRIDGING = 0x6558;

function hideGre(bytes: Uint8Array, { pseudonyms, inside }: Around): number {
  const flags = bytes[0] ?? 0;
  const parts = [GRE.checksum, GRE.key, GRE.sequence].filter((flag) => flags & flag).length;
  const length = 4 + 4 * parts;
  const version = (bytes[1] ?? 0) & 7;
  if (bytes.length < length || version !== 0) return Math.min(4, bytes.length);
  if (flags & GRE.checksum) bytes.set(NO_CHECKSUM, 4);
  const hide = word(bytes, 2) === ETHERNET_BRIDGING ? inside.ethernet : inside.ip;
  return length + hide(bytes.subarray(length), pseudonyms);
}

/** The checksum of a message that is there whole is made anew. */
function withChecksum(bytes: Uint8Array, kept: number, at: number, size: number, before = 0): number {
  if (kept < at + 2) return kept;
  if (kept === size) writeChecksum(bytes.subarray(0, kept), at, before);
  else bytes.set(NO_CHECKSUM, at);
  return kept;
}
