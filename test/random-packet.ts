import { parseAddress } from '../src/filter/address.ts';
import type { Subject } from '../src/filter/evaluate.ts';
import { pick, type Random } from './filter-random.ts';

/** A packet on the wire, from its network header on, with what a filter has to find in it. */
export interface WirePacket {
  bytes: Buffer;
  /** ETH_P_IP or ETH_P_IPV6 in network order, read as little endian. */
  etherType: number;
  subject: Required<
    Pick<
      Subject,
      | 'protocol'
      | 'family'
      | 'source'
      | 'destination'
      | 'sourcePort'
      | 'destinationPort'
      | 'length'
      | 'flags'
      | 'icmpId'
    >
  >;
}

const ADDRESSES = {
  4: ['10.0.0.1', '10.0.0.2', '10.128.0.1', '192.168.1.100', '0.0.0.0', '255.255.255.255'],
  6: ['::1', '::10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '2001:db8::1', '2001:db8:8000::1'],
} as const;
const PORTS = [0, 1, 22, 80, 443, 1024, 65_535];
const [TCP, UDP, ICMP, ICMP6, SCTP] = [6, 17, 1, 58, 132];
/** Type, and whether it is an echo: RFC 792, RFC 4443. */
const ICMP_TYPES = [
  [0, true],
  [8, true],
  [3, false],
  [128, true],
  [129, true],
  [135, false],
] as const;

/** Any kind that the parser has a rule for: options, extension headers, fragments. */
export function randomWirePacket(random: Random): WirePacket {
  const family = pick(random, [4, 6] as const);
  const protocol = pick(random, [TCP, TCP, UDP, UDP, ICMP, ICMP6, SCTP]);
  const [source, destination] = [pick(random, ADDRESSES[family]), pick(random, ADDRESSES[family])];
  const later = random(8) === 0;
  const { bytes: transport, fields } = transportOf(random, protocol);
  const network = family === 4 ? ipv4 : ipv6;
  const bytes = network(random, { protocol, source, destination, transport, later });
  return {
    bytes,
    etherType: family === 4 ? 0x0008 : 0xdd86,
    subject: {
      protocol,
      family,
      source: parseAddress(source) ?? [],
      destination: parseAddress(destination) ?? [],
      length: bytes.length,
      ...(later ? NOTHING : fields),
    },
  };
}

const NOTHING = { sourcePort: 0, destinationPort: 0, flags: 0, icmpId: 0 };

function transportOf(random: Random, protocol: number): { bytes: Buffer; fields: typeof NOTHING } {
  const payload = random(40);
  if (protocol === SCTP) return { bytes: Buffer.alloc(12 + payload, 0xff), fields: NOTHING };
  if (protocol === ICMP || protocol === ICMP6) {
    const bytes = Buffer.alloc(8 + payload);
    const [type, isEcho] = pick(random, ICMP_TYPES);
    const icmpId = pick(random, [0, 1, 7, 65_535]);
    bytes[0] = type;
    bytes.writeUInt16BE(icmpId, 4);
    return { bytes, fields: { ...NOTHING, icmpId: isEcho ? icmpId : 0 } };
  }
  const options = protocol === TCP ? random(5) : 0;
  const bytes = Buffer.alloc((protocol === TCP ? 20 + 4 * options : 8) + payload);
  const [sourcePort, destinationPort] = [pick(random, PORTS), pick(random, PORTS)];
  const flags = protocol === TCP ? random(256) : 0;
  bytes.writeUInt16BE(sourcePort, 0);
  bytes.writeUInt16BE(destinationPort, 2);
  if (protocol === TCP) bytes.set([(5 + options) << 4, flags], 12);
  return { bytes, fields: { sourcePort, destinationPort, flags, icmpId: 0 } };
}

interface Network {
  protocol: number;
  source: string;
  destination: string;
  transport: Buffer;
  /** A fragment behind the first: what follows the network header is not a transport header. */
  later: boolean;
}

function addressBytes(address: string): Buffer {
  const bytes = Buffer.alloc(16);
  (parseAddress(address) ?? []).forEach((word, index) => {
    bytes.writeUInt32BE(word, 4 * index);
  });
  return bytes;
}

function ipv4(random: Random, { protocol, source, destination, transport, later }: Network): Buffer {
  const options = 4 * random(4);
  const header = Buffer.alloc(20 + options);
  header[0] = 0x45 + options / 4;
  header.writeUInt16BE(header.length + transport.length, 2);
  // Don't fragment, more fragments; then the offset.
  header.writeUInt16BE(later ? 0x2000 + 1 + random(0x1fff) : pick(random, [0, 0x4000, 0x2000]), 6);
  header[9] = protocol;
  addressBytes(source).copy(header, 12, 12);
  addressBytes(destination).copy(header, 16, 12);
  return Buffer.concat([header, transport]);
}

const [HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION] = [0, 43, 44, 60];

function ipv6(random: Random, { protocol, source, destination, transport, later }: Network): Buffer {
  const extensions = Array.from({ length: random(4) }, () =>
    pick(random, [HOP_BY_HOP, ROUTING, DESTINATION]),
  );
  if (later) extensions.push(FRAGMENT);
  const types = [...extensions, protocol];
  const parts = extensions.map((type, index) => {
    const bytes = Buffer.alloc(type === FRAGMENT ? 8 : 8 * (1 + random(4)));
    bytes[0] = types[index + 1] ?? 0;
    if (type === FRAGMENT) bytes.writeUInt16BE(8 * (1 + random(1000)), 2);
    else bytes[1] = bytes.length / 8 - 1; // RFC 8200, 4.3
    return bytes;
  });
  const rest = Buffer.concat([...parts, transport]);
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(rest.length, 4);
  header[6] = types[0] ?? 0;
  addressBytes(source).copy(header, 8);
  addressBytes(destination).copy(header, 24);
  return Buffer.concat([header, rest]);
}
