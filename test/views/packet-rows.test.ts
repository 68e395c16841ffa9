import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATUS, TUNNEL } from '../../src/abi/packet.ts';
import type { PacketEvent } from '../../src/capture/records/packet-event.ts';
import type { PacketRow } from '../../src/model/model.ts';
import { packetRow } from '../../src/views/trace/packet-rows.ts';
import { names, packetEvent, pointOf } from '../fixtures/packets.ts';
import { wordsOf } from '../fixtures/samples.ts';

const rowWith = (overrides: Partial<PacketEvent>): PacketRow => packetRow(7, packetEvent(overrides), names);

test('a row has all that its event says', () => {
  assert.deepEqual(rowWith({ atNs: 1_234_567_400, pid: 100, sequence: 0xffffffff, tcpFlags: 0x18 }), {
    key: '7',
    timeUs: 1_767_323_046_234_567,
    function: 'netif_receive_skb',
    hook: 'tracepoint',
    protocol: 'tcp',
    source: '203.0.113.7',
    destination: '192.168.1.100',
    sourcePort: 443,
    destinationPort: 40_022,
    sequence: 0xffffffff,
    acknowledgment: 2000,
    flags: ['PSH', 'ACK'],
    length: 1500,
    interface: 'eth2',
    netns: 4026531840,
    cpu: 1,
    pid: 100,
    process: 'nginx',
    skb: 'ffff888100000000',
    packet: '',
    hop: 1,
    deltaUs: null,
    netnsName: null,
    currentPid: 0,
    currentProcess: null,
    mark: 0,
    destinationMac: null,
    vlan: null,
    icmp: null,
    inner: null,
    headers: 'complete',
    reason: null,
    place: null,
    netfilter: null,
    stack: null,
  });
});

test('a drop has its reason and its place, where the kernel gives them', () => {
  const dropped = (name: Parameters<typeof pointOf>[0], overrides: Partial<PacketEvent>) => {
    const { reason, place } = rowWith({ point: pointOf(name), ...overrides });
    return [reason, place];
  };
  assert.deepEqual(dropped('kfree_skb', { reason: 3, place: 0x1an }), ['REASON_3', 'function+0x1a']);
  assert.deepEqual(dropped('kfree_skb', { reason: 0, place: 0n }), [null, null]);
  assert.deepEqual(dropped('consume_skb', { place: 0x1an }), [null, null]);
});

/** What depends on the kind of packet. */
function partsOf({ protocol, sourcePort, destinationPort, sequence, acknowledgment, flags, skb }: PacketRow) {
  return [protocol, sourcePort, destinationPort, sequence, acknowledgment, flags.join(), skb.slice(-4)];
}

test('what a packet does not have is null', () => {
  const cases: [string, Partial<PacketEvent>, unknown[]][] = [
    ['tcp', {}, ['tcp', 443, 40_022, 1000, 2000, 'ACK', '0000']],
    ['udp', { protocol: 17 }, ['udp', 443, 40_022, null, null, '', '0000']],
    ['icmp', { protocol: 1 }, ['icmp', null, null, null, null, '', '0000']],
    ['icmp6', { protocol: 58, family: 6 }, ['icmp6', null, null, null, null, '', '0000']],
    ['sctp', { protocol: 132 }, ['132', null, null, null, null, '', '0000']],
    ['partial', { status: STATUS.partial }, ['tcp', null, null, null, null, '', '0000']],
    ['fragment', { status: STATUS.fragment, protocol: 17 }, ['udp', null, null, null, null, '', '0000']],
    ['socket alone', { status: STATUS.socket, skb: 0n }, ['tcp', 443, 40_022, null, null, '', '']],
    ['socket with its skb', { status: STATUS.socket }, ['tcp', 443, 40_022, 1000, 2000, 'ACK', '0000']],
    [
      'listener',
      { status: STATUS.socket, skb: 0n, destinationPort: 0 },
      ['tcp', 443, null, null, null, '', ''],
    ],
  ];
  assert.deepEqual(
    cases.map(([name, overrides]) => [name, partsOf(rowWith(overrides))]),
    cases.map(([name, , parts]) => [name, parts]),
  );
});

test('a packet whose IP header was not read has no addresses', () => {
  const { protocol, source, destination, headers, length } = rowWith({
    status: STATUS.partial | STATUS.hidden,
    protocol: 0,
    length: 9000,
  });
  assert.deepEqual([protocol, source, destination, headers, length], ['', '', '', 'not linear', 9000]);
});

test('which headers could be read', () => {
  const headersOf = (status: number) => rowWith({ status }).headers;
  assert.deepEqual([0, STATUS.link, STATUS.partial, STATUS.fragment, STATUS.socket].map(headersOf), [
    'complete',
    'complete',
    'not linear',
    'fragment',
    'socket',
  ]);
});

test('the link layer, where there is one: destination and VLAN, without the tag’s priority', () => {
  const mac = Uint8Array.of(0x02, 0, 0x5e, 0x10, 0, 0x0a);
  const linkOf = (overrides: Partial<PacketEvent>) => {
    const { destinationMac, vlan } = rowWith(overrides);
    return [destinationMac, vlan];
  };
  assert.deepEqual(linkOf({ mac, status: STATUS.link, vlan: 0xa005 }), ['02:00:5e:10:00:0a', 5]);
  assert.deepEqual(linkOf({ status: STATUS.link, vlan: 0xe000 }), ['00:00:00:00:00:00', 0]);
  assert.deepEqual(linkOf({}), [null, null]);
});

test('ICMP has its numbers, an echo its identifier too', () => {
  const echo = { icmpId: 77, icmpSequence: 3 };
  const icmpOf = (overrides: Partial<PacketEvent>) => rowWith({ ...echo, ...overrides }).icmp;
  assert.deepEqual(
    [
      icmpOf({ protocol: 1, icmpType: 0x0800 }),
      icmpOf({ protocol: 58, family: 6, icmpType: 0x8100 }),
      icmpOf({ protocol: 1, icmpType: 0x0303 }),
      icmpOf({ protocol: 1, icmpType: 0x8000 }), // echo by ICMPv6's number
      icmpOf({ protocol: 1, status: STATUS.partial }),
      icmpOf({ protocol: 17 }),
    ],
    [
      { type: 8, code: 0, id: 77, sequence: 3 },
      { type: 129, code: 0, id: 77, sequence: 3 },
      { type: 3, code: 3, id: null, sequence: null },
      { type: 128, code: 0, id: null, sequence: null },
      null,
      null,
    ],
  );
});

test('the packet in a tunnel, as far as it is known', () => {
  const inside = {
    innerFamily: 4,
    innerProtocol: 17,
    innerSource: wordsOf('10.1.0.1'),
    innerDestination: wordsOf('10.1.0.2'),
    innerSourcePort: 5353,
    innerDestinationPort: 53,
  };
  const read = {
    protocol: 'udp',
    source: '10.1.0.1',
    sourcePort: 5353,
    destination: '10.1.0.2',
    destinationPort: 53,
  };
  const unread = {
    protocol: null,
    source: null,
    sourcePort: null,
    destination: null,
    destinationPort: null,
  };
  const innerOf = (overrides: Partial<PacketEvent>) => rowWith({ tunnelId: 42, ...overrides }).inner;
  assert.deepEqual(
    [
      innerOf({ tunnel: TUNNEL.vxlan, ...inside }),
      innerOf({ tunnel: TUNNEL.geneve }),
      innerOf({ tunnel: TUNNEL.ipip, tunnelId: 0, ...inside }),
      innerOf({ tunnel: TUNNEL.gre, tunnelId: 0, ...inside }),
      innerOf({ tunnel: TUNNEL.greKey, ...inside }),
      innerOf({ tunnel: TUNNEL.none }),
    ],
    [
      { tunnel: 'vxlan', id: 42, ...read },
      { tunnel: 'geneve', id: 42, ...unread },
      { tunnel: 'ipip', id: null, ...read },
      { tunnel: 'gre', id: null, ...read },
      { tunnel: 'gre', id: 42, ...read },
      null,
    ],
  );
});

test('the call stack is that of its function', () => {
  assert.deepEqual(
    [rowWith({ stack: 5 }).stack, rowWith({ stack: 0 }).stack],
    [['netif_receive_skb+0x5'], null],
  );
});

test('who was running is told apart from the owner; a namespace has its name', () => {
  const row = rowWith({ currentPid: 300, netns: 4026531999, mark: 7 });
  assert.deepEqual(
    [row.pid, row.currentPid, row.currentProcess, row.netnsName, row.mark],
    [null, 300, 'node', 'blue', 7],
  );
});

test('every TCP flag has its name, in the order of the bits', () => {
  const flagsOf = (tcpFlags: number) => rowWith({ tcpFlags }).flags;
  assert.deepEqual([0, 0x02, 0x12, 0x11, 0xff].map(flagsOf), [
    [],
    ['SYN'],
    ['SYN', 'ACK'],
    ['FIN', 'ACK'],
    ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'],
  ]);
});

test('addresses as RFC 5952 writes them', () => {
  const ends = rowWith({ family: 6, source: wordsOf('2001:db8:0:0::5'), destination: wordsOf('::1') });
  assert.deepEqual([ends.source, ends.destination], ['2001:db8::5', '::1']);
});

test('an owner without a name keeps its number; nobody is null', () => {
  const ownerOf = (pid: number) => {
    const row = rowWith({ pid, currentPid: 9 });
    return [row.pid, row.process];
  };
  assert.deepEqual([100, 200, 0].map(ownerOf), [
    [100, 'nginx'],
    [200, null],
    [null, null],
  ]);
});

test('a point that this nettop does not know is a number', () => {
  assert.deepEqual(
    [pointOf('consume_skb'), 999].map((point) => rowWith({ point }).function),
    ['consume_skb', '999'],
  );
});
