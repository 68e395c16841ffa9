import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extension, icmp, ipv4, ipv6, tcp, udp } from '../fixtures/packet-bytes.ts';
import { ETH_P_IP, ETH_P_IPV6, parse } from '../fixtures/parsed-headers.ts';
import { packetProgramsOrSkip } from '../fixtures/test-programs.ts';

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
    { ...v4, protocol: 1, length: 28, icmpType: 0x800, icmpId: 0x1234, icmpSequence: 1 },
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
    { ...v6, protocol: 58, length: 48, icmpType: 0x8000, icmpId: 0x1234, icmpSequence: 1 },
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
    packets.map(([name, bytes]) => [name, parse(programs, { bytes, protocol: protocolOf(bytes) })]),
    packets.map(([name, , found]) => [name, found]),
  );
});

test('a packet larger than its length field can say has the length of its sk_buff', (t) => {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return;
  const four = ipv4({ protocol: 6, length: 0, rest: tcp(0x10) });
  const six = ipv6(6, tcp(0x10), 0);
  assert.deepEqual(
    [
      parse(programs, { bytes: four, protocol: ETH_P_IP, whole: 100_000 }),
      parse(programs, { bytes: six, protocol: ETH_P_IPV6, whole: 100_000 }),
    ],
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
    [packet, 0x0806], // ARP
    [packet.subarray(0, 19), ETH_P_IP],
    [ipv6(6, tcp(0x10)).subarray(0, 39), ETH_P_IPV6],
    [Buffer.alloc(0), ETH_P_IP],
  ];
  assert.deepEqual(
    given.map(([bytes, protocol]) => parse(programs, { bytes, protocol })),
    given.map(() => null),
  );
});
