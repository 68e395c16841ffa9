import { formatAddress } from '../src/filter/address.ts';
import { ETH_P_IP, ETH_P_IPV6, type Frame, withoutZeros } from './fixtures/parsed-headers.ts';

/** What the kernel's programs are to find in a frame, written a second time from the RFCs. */

/** From the network header on they look at so many bytes. */
const SEEN = 128;
const TEB = 0x6558;
const MOST_EXTENSIONS = 6;
const [PARTIAL, FRAGMENT, HIDDEN] = [1, 2, 16];
const [VXLAN, GENEVE, IPIP, GRE, GRE_KEY] = [1, 2, 3, 4, 5];

/** What is found; a number that is 0 counts as not found. */
type Found = Record<string, number | string>;

/** null where no IP packet is. */
export function decodeFrame({ bytes, link = 0, protocol, whole = 0 }: Frame): object | null {
  if (bytes.length < link) return null;
  // tags are looked for before the headers where the type says so
  const tagged = link && isTag(protocol) ? decodeLink(bytes, link) : null;
  const start = tagged?.length ?? link;
  const front = link ? decodeLink(bytes, start) : null;
  const seen = new Packet(bytes.subarray(start, start + SEEN));
  const length = whole - (start - link);
  const found = seen.decode(tagged?.type ?? protocol, length < 0 ? length + 2 ** 32 : length);
  if (!found) return null;
  const both: Found = { ...found, ...(front && { vlan: front.tag, mac: front.mac }) };
  const texts = Object.entries(both).filter(([, value]) => typeof value === 'string');
  const numbers = Object.entries(both).filter((one): one is [string, number] => typeof one[1] === 'number');
  return { ...Object.fromEntries(texts), ...withoutZeros(Object.fromEntries(numbers)) };
}

/** IEEE 802.3 and 802.1Q; null where they do not lead to an IP header at the network header or behind it. */
function decodeLink(bytes: Buffer, link: number) {
  if (bytes.length < 14 || link > 22) return null;
  let length = 14;
  const tags: number[] = [];
  const type = (): number => bytes.readUInt16BE(length - 2);
  while (tags.length < 2 && isTag(type()) && bytes.length >= length + 4) {
    tags.push(bytes.readUInt16BE(length));
    length += 4;
  }
  if (!isIp(type()) || length < link) return null;
  return { type: type(), length, tag: tags[0] ?? 0, mac: bytes.readUIntBE(0, 6) };
}

const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8;
const isIp = (type: number): boolean => type === ETH_P_IP || type === ETH_P_IPV6;

class Packet {
  constructor(private readonly bytes: Buffer) {}

  decode(type: number, whole: number): Found | null {
    if (!isIp(type)) return null;
    const family = type === ETH_P_IP ? 4 : 6;
    const shortest = family === 4 ? 20 : 40;
    if (!this.has(0, shortest)) {
      return whole < shortest ? null : { family, length: whole, status: PARTIAL | HIDDEN };
    }
    const network = this.network(0, type);
    if (!network) return null;
    const { from, to, next, at, status } = network;
    const found = { family, from, to, protocol: next, length: network.length || whole, status };
    if (status) return found;
    const transport = this.transport(at, next, found.length);
    if (!transport) return { ...found, status: PARTIAL };
    return { ...found, ...transport, ...this.tunnel(at, next) };
  }

  private has(at: number, count: number): boolean {
    return at + count <= this.bytes.length;
  }

  private u8(at: number): number {
    return this.bytes.readUInt8(at);
  }

  private u16(at: number): number {
    return this.bytes.readUInt16BE(at);
  }

  private u32(at: number): number {
    return this.bytes.readUInt32BE(at);
  }

  private address(at: number, family: number): string {
    if (family === 4) return formatAddress([0, 0, 0xffff, this.u32(at)]);
    return formatAddress([0, 4, 8, 12].map((step) => this.u32(at + step)));
  }

  /** RFC 791 and RFC 8200, and the headers behind; null where that is not all there, or another version. */
  private network(from: number, type: number) {
    const family = type === ETH_P_IP ? 4 : 6;
    if (!this.has(from, family === 4 ? 20 : 40) || this.u8(from) >> 4 !== family) return null;
    const ends = family === 4 ? ([12, 16] as const) : ([8, 24] as const);
    const payload = this.u16(from + 4);
    const header = {
      from: this.address(from + ends[0], family),
      to: this.address(from + ends[1], family),
      length: family === 4 ? this.u16(from + 2) : payload && payload + 40,
      next: this.u8(from + (family === 4 ? 9 : 6)),
      at: from + (family === 4 ? (this.u8(from) & 15) * 4 : 40),
      status: family === 4 && this.u16(from + 6) & 0x1fff ? FRAGMENT : 0,
    };
    const follows = family === 4 ? [51] : [0, 43, 44, 51, 60];
    for (let left = MOST_EXTENSIONS; left > 0 && !header.status && follows.includes(header.next); left--) {
      const { at, next } = header;
      if (!this.has(at, 8)) return { ...header, status: PARTIAL };
      header.next = this.u8(at);
      header.at += next === 51 ? 8 + 4 * this.u8(at + 1) : 8 + 8 * this.u8(at + 1);
      if (next === 44 && this.u16(at + 2) >> 3) header.status = FRAGMENT;
    }
    return header;
  }

  /** RFC 9293, 768, 792, 4443; null where the header is cut off. */
  private transport(at: number, protocol: number, length: number): Found | null {
    if (protocol !== 6 && protocol !== 17 && protocol !== 1 && protocol !== 58) return {};
    if (!this.has(at, protocol === 6 ? 20 : 8)) return null;
    if (protocol === 1 || protocol === 58) {
      const echo = [0, 8, 128, 129].includes(this.u8(at));
      const numbers = echo ? { icmpId: this.u16(at + 4), icmpSequence: this.u16(at + 6) } : {};
      return { icmpType: this.u16(at), ...numbers };
    }
    const ports = { sourcePort: this.u16(at), destinationPort: this.u16(at + 2) };
    if (protocol === 17) return ports;
    return {
      ...ports,
      sequence: this.u32(at + 4),
      acknowledgment: this.u32(at + 8),
      tcpFlags: this.u8(at + 13),
      payload: Math.max(0, length - at - (this.u8(at + 12) >> 4) * 4),
    };
  }

  private tunnel(at: number, protocol: number): Found {
    if (protocol === 4) return { tunnel: IPIP, ...this.inner(at, ETH_P_IP) };
    if (protocol === 41) return { tunnel: IPIP, ...this.inner(at, ETH_P_IPV6) };
    if (protocol === 47) return this.gre(at);
    if (protocol !== 17 || !this.has(at, 16) || this.u8(at + 15) !== 0) return {};
    const port = this.u16(at + 2);
    const tunnelId = this.u32(at + 12) >>> 8;
    const first = this.u8(at + 8);
    if ((port === 4789 || port === 8472) && first & 8) {
      return { tunnel: VXLAN, tunnelId, ...this.inner(at + 16, TEB) };
    }
    if (port !== 6081 || first >> 6) return {};
    return { tunnel: GENEVE, tunnelId, ...this.inner(at + 16 + 4 * (first & 63), this.u16(at + 10)) };
  }

  /** RFC 2784, RFC 2890. */
  private gre(at: number): Found {
    if (!this.has(at, 4)) return {};
    const flags = this.u8(at);
    if (flags & 0x40 || this.u8(at + 1) & 7) return { tunnel: GRE };
    const [checksum, key, sequence] = [0x80, 0x20, 0x10].map((flag) => (flags & flag ? 4 : 0)) as [
      number,
      number,
      number,
    ];
    const end = at + 4 + checksum + key + sequence;
    if (!this.has(end, 0)) return { tunnel: GRE };
    const named = key ? { tunnel: GRE_KEY, tunnelId: this.u32(at + 4 + checksum) } : { tunnel: GRE };
    return { ...named, ...this.inner(end, this.u16(at + 2)) };
  }

  private inner(at: number, type: number): Found {
    if (type === TEB) {
      if (!this.has(at, 18)) return {};
      const tagged = isTag(this.u16(at + 12));
      return tagged ? this.innerIp(at + 18, this.u16(at + 16)) : this.innerIp(at + 14, this.u16(at + 12));
    }
    return this.innerIp(at, type);
  }

  private innerIp(from: number, type: number): Found {
    const network = isIp(type) ? this.network(from, type) : null;
    if (!network) return {};
    const { next, at, status } = network;
    const found: Found = {
      innerFamily: type === ETH_P_IP ? 4 : 6,
      innerFrom: network.from,
      innerTo: network.to,
      innerProtocol: next,
    };
    if (status || (next !== 6 && next !== 17) || !this.has(at, 4)) return found;
    return { ...found, innerSourcePort: this.u16(at), innerDestinationPort: this.u16(at + 2) };
  }
}
