import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAGMENT, PARTIAL, type PacketEvent, SOCKET } from '../src/capture/packet-event.ts';
import { packetRow } from '../src/capture/packet-rows.ts';
import type { PacketRow } from '../src/model.ts';
import { names, packetEvent, pointOf } from './fixtures/packets.ts';
import { wordsOf } from './fixtures/samples.ts';

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
    ['partial', { status: PARTIAL }, ['tcp', null, null, null, null, '', '0000']],
    ['fragment', { status: FRAGMENT, protocol: 17 }, ['udp', null, null, null, null, '', '0000']],
    ['socket alone', { status: SOCKET, skb: 0n }, ['tcp', 443, 40_022, null, null, '', '']],
    ['socket with its skb', { status: SOCKET }, ['tcp', 443, 40_022, 1000, 2000, 'ACK', '0000']],
    ['listener', { status: SOCKET, skb: 0n, destinationPort: 0 }, ['tcp', 443, null, null, null, '', '']],
  ];
  assert.deepEqual(
    cases.map(([name, overrides]) => [name, partsOf(rowWith(overrides))]),
    cases.map(([name, , parts]) => [name, parts]),
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
