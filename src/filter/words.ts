/** Four unsigned 32-bit words in host order, most significant first. IPv4 is ::ffff:a.b.c.d. */
export type Words = ArrayLike<number>;

/** Places in the kernel's packet_key; source and destination take four words each. Absent values are 0. */
export const PacketWord = {
  protocol: 0,
  family: 1,
  sourcePort: 2,
  destinationPort: 3,
  source: 4,
  destination: 8,
  length: 12,
  tcpFlags: 13,
  pid: 14,
  interface: 15,
  netns: 16,
  mark: 17,
  icmpId: 18,
  icmpType: 19,
  dropReason: 20,
  dropped: 21,
} as const;

/** IP protocol numbers (IANA) of the protocols that have a name in nettop. */
export const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1, icmp6: 58 } as const;

/** Numbers for the protocols of requests; the kernel has none for them. */
export const REQUESTS = {
  http: 1,
  dns: 2,
  tls: 3,
  quic: 4,
  redis: 5,
  postgresql: 6,
  mysql: 7,
} as const;

/** Bits of the 14th byte of the TCP header (RFC 9293 section 3.1). */
export const TCP_FLAGS = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

export const LARGEST_WORD = 0xffff_ffff;
export const LARGEST_PORT = 65_535;

/** Bits of word `index` (0 to 3) of an address that lie in its first `prefix` (0 to 128) bits. */
export function prefixMask(prefix: number, index: number): number {
  const bits = Math.min(32, Math.max(0, prefix - 32 * index));
  // A shift by 32 would be a shift by 0.
  return bits === 0 ? 0 : (LARGEST_WORD << (32 - bits)) >>> 0;
}
