import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../src/filter/address.ts';
import { PacketWord } from '../src/filter/words.ts';
import { bytesOfStruct, indexKey } from './fixtures/bpf.ts';
import { type PacketPrograms, packetProgramsOrSkip } from './fixtures/packet-programs.ts';
import { wordsOf } from './fixtures/samples.ts';

const ETH_P_IP = 0x0008; // network order, read as little endian
const ETH_P_IPV6 = 0xdd86;

function addressBytes(address: string, size: 4 | 16): Buffer {
  const bytes = Buffer.alloc(16);
  wordsOf(address).forEach((word, index) => {
    bytes.writeUInt32BE(word, 4 * index);
  });
  return bytes.subarray(16 - size);
}

interface Ipv4 {
  protocol: number;
  rest: Buffer;
  /** Total length; what there is, unless told otherwise. */
  length?: number;
  options?: Buffer;
  /** Flags and offset. */
  fragment?: number;
}

function ipv4({ protocol, rest, options = Buffer.alloc(0), fragment = 0, ...given }: Ipv4): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x40 | (5 + options.length / 4);
  header.writeUInt16BE(given.length ?? 20 + options.length + rest.length, 2);
  header.writeUInt16BE(fragment, 6);
  header[9] = protocol;
  addressBytes('10.0.0.1', 4).copy(header, 12);
  addressBytes('10.0.0.2', 4).copy(header, 16);
  return Buffer.concat([header, options, rest]);
}

function ipv6(next: number, rest: Buffer, payload = rest.length): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload, 4);
  header[6] = next;
  addressBytes('2001:db8::1', 16).copy(header, 8);
  addressBytes('2001:db8::2', 16).copy(header, 24);
  return Buffer.concat([header, rest]);
}

/** A TCP header with `options` words of options and `payload` bytes. */
function tcp(flags: number, options = 0, payload = 0): Buffer {
  const header = Buffer.alloc(20 + 4 * options + payload);
  header.writeUInt16BE(40_022, 0);
  header.writeUInt16BE(443, 2);
  header.writeUInt32BE(0xfffffff0, 4);
  header.writeUInt32BE(7001, 8);
  header[12] = (5 + options) << 4;
  header[13] = flags;
  return header;
}

function udp(payload: number): Buffer {
  const header = Buffer.alloc(8 + payload);
  header.writeUInt16BE(5353, 0);
  header.writeUInt16BE(53, 2);
  return header;
}

const icmp = (type: number, code: number): Buffer => Buffer.from([type, code, 0, 0, 0x12, 0x34, 0, 1]);

/** An IPv6 extension header of `size` bytes; of a fragment header the third and fourth byte are the offset. */
function extension(next: number, size: number, offset = 0): Buffer {
  const header = Buffer.alloc(size);
  header[0] = next;
  header.writeUInt16BE(offset, 2);
  if (offset === 0) header[1] = size / 8 - 1;
  return header;
}

/** What the kernel's program found, as far as it is not 0. */
function parse(
  { object, btf, run }: PacketPrograms,
  bytes: Buffer,
  protocol: number,
  whole = 0,
): object | null {
  const length = Math.min(bytes.length, 128);
  object
    .map('inputs')
    .update(indexKey(0), bytesOfStruct(btf.layout('input'), { length, whole, protocol, bytes }));
  if (run('run_parser') === 0) return null;
  const found = object.map('outputs').read(0);
  const word = (index: number): number => found.readUInt32LE(4 * index);
  const address = (index: number): string =>
    formatAddress([0, 1, 2, 3].map((offset) => word(index + offset)));
  const { members } = btf.layout('packet');
  const member = (name: string): number =>
    found.readUInt32LE(members.find((one) => one.name === name)?.offset);
  const numbers = {
    protocol: word(PacketWord.protocol),
    family: word(PacketWord.family),
    sourcePort: word(PacketWord.sourcePort),
    destinationPort: word(PacketWord.destinationPort),
    length: word(PacketWord.length),
    tcpFlags: word(PacketWord.tcpFlags),
    icmpType: word(PacketWord.icmpType),
    icmpId: word(PacketWord.icmpId),
    sequence: member('sequence'),
    acknowledgment: member('acknowledgment'),
    payload: member('payload'),
    status: member('status'),
  };
  return {
    from: address(PacketWord.source),
    to: address(PacketWord.destination),
    ...Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== 0)),
  };
}

const v4 = { from: '10.0.0.1', to: '10.0.0.2', family: 4 };
const v6 = { from: '2001:db8::1', to: '2001:db8::2', family: 6 };
const segment = {
  protocol: 6,
  sourcePort: 40_022,
  destinationPort: 443,
  sequence: 0xfffffff0,
  acknowledgment: 7001,
};
const datagram = { protocol: 17, sourcePort: 5353, destinationPort: 53 };
const [PARTIAL, FRAGMENT] = [1, 2];

const packets: [string, Buffer, object][] = [
  ['TCP', ipv4({ protocol: 6, rest: tcp(0x12) }), { ...v4, ...segment, length: 40, tcpFlags: 0x12 }],
  [
    'TCP with options and payload',
    ipv4({ protocol: 6, rest: tcp(0x18, 3, 5) }),
    { ...v4, ...segment, length: 57, tcpFlags: 0x18, payload: 5 },
  ],
  [
    'TCP after IP options',
    ipv4({ protocol: 6, options: Buffer.alloc(8, 1), rest: tcp(0x10, 0, 9) }),
    { ...v4, ...segment, length: 57, tcpFlags: 0x10, payload: 9 },
  ],
  [
    'more in the packet than in its linear part',
    ipv4({ protocol: 6, length: 1500, rest: tcp(0x10) }),
    { ...v4, ...segment, length: 1500, tcpFlags: 0x10, payload: 1460 },
  ],
  ['UDP', ipv4({ protocol: 17, rest: udp(4) }), { ...v4, ...datagram, length: 32 }],
  [
    'ICMP echo',
    ipv4({ protocol: 1, rest: icmp(8, 0) }),
    { ...v4, protocol: 1, length: 28, icmpType: 0x800, icmpId: 0x1234 },
  ],
  [
    'ICMP port unreachable has no id',
    ipv4({ protocol: 1, rest: icmp(3, 3) }),
    { ...v4, protocol: 1, length: 28, icmpType: 0x303 },
  ],
  ['SCTP', ipv4({ protocol: 132, rest: Buffer.alloc(12, 9) }), { ...v4, protocol: 132, length: 32 }],
  [
    'the first fragment has ports',
    ipv4({ protocol: 17, fragment: 0x2000, rest: udp(8) }),
    { ...v4, ...datagram, length: 36 },
  ],
  [
    'a later fragment has none',
    ipv4({ protocol: 17, fragment: 0x2001, rest: udp(8) }),
    { ...v4, protocol: 17, length: 36, status: FRAGMENT },
  ],
  [
    'a header that is cut off is not read',
    ipv4({ protocol: 6, length: 40, rest: tcp(0x10).subarray(0, 19) }),
    { ...v4, protocol: 6, length: 40, status: PARTIAL },
  ],
  ['TCP over IPv6', ipv6(6, tcp(0x02)), { ...v6, ...segment, length: 60, tcpFlags: 0x02 }],
  [
    'ICMPv6 echo',
    ipv6(58, icmp(128, 0)),
    { ...v6, protocol: 58, length: 48, icmpType: 0x8000, icmpId: 0x1234 },
  ],
  [
    'extension headers are passed over',
    ipv6(0, Buffer.concat([extension(43, 8), extension(60, 24), extension(17, 16), udp(0)])),
    { ...v6, ...datagram, length: 96 },
  ],
  [
    'the first fragment over IPv6',
    ipv6(44, Buffer.concat([extension(17, 8, 1), udp(4)])),
    { ...v6, ...datagram, length: 60 },
  ],
  [
    'a later fragment over IPv6',
    ipv6(44, Buffer.concat([extension(17, 8, 8), udp(4)])),
    { ...v6, protocol: 17, length: 60, status: FRAGMENT },
  ],
  [
    'extension headers that go on behind the linear part',
    ipv6(0, Buffer.concat([extension(60, 80), extension(17, 16)])),
    { ...v6, protocol: 17, length: 136, status: PARTIAL },
  ],
];

test('headers are read as they are', (t) => {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return;
  const protocolOf = (bytes: Buffer): number => ((bytes[0] ?? 0) >> 4 === 4 ? ETH_P_IP : ETH_P_IPV6);
  assert.deepEqual(
    packets.map(([name, bytes]) => [name, parse(programs, bytes, protocolOf(bytes))]),
    packets.map(([name, , found]) => [name, found]),
  );
});

test('a packet larger than its length field can say has the length of its sk_buff', (t) => {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return;
  const four = ipv4({ protocol: 6, length: 0, rest: tcp(0x10) });
  const six = ipv6(6, tcp(0x10), 0);
  assert.deepEqual(
    [parse(programs, four, ETH_P_IP, 100_000), parse(programs, six, ETH_P_IPV6, 100_000)],
    [
      { ...v4, ...segment, length: 100_000, tcpFlags: 0x10, payload: 99_960 },
      { ...v6, ...segment, length: 100_000, tcpFlags: 0x10, payload: 99_940 },
    ],
  );
});

test('what is no IP packet is left alone', (t) => {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return;
  const packet = ipv4({ protocol: 6, rest: tcp(0x10) });
  const given: [Buffer, number][] = [
    [packet, ETH_P_IPV6],
    [packet, 0x0608], // ARP
    [packet.subarray(0, 19), ETH_P_IP],
    [ipv6(6, tcp(0x10)).subarray(0, 39), ETH_P_IPV6],
    [Buffer.alloc(0), ETH_P_IP],
  ];
  assert.deepEqual(
    given.map(([bytes, protocol]) => parse(programs, bytes, protocol)),
    given.map(() => null),
  );
});
