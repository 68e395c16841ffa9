import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATUS } from '../../src/abi/packet.ts';
import type { FixedFunction } from '../../src/abi/points.ts';
import type { PacketEvent } from '../../src/capture/records/packet-event.ts';
import { TracePane } from '../../src/views/trace/trace-pane.ts';
import { btfOf } from '../fixtures/bpf.ts';
import { addPacket, emptyPackets, names, pointOf } from '../fixtures/packets.ts';
import { wordsOf } from '../fixtures/samples.ts';

const SYN = 0x02;
const FIN = 0x01;
const ACK = 0x10;

/** The other direction of the fixture's packet. */
const back: Partial<PacketEvent> = {
  source: wordsOf('192.168.1.100'),
  destination: wordsOf('203.0.113.7'),
  sourcePort: 40_022,
  destinationPort: 443,
};

function inspect(events: Partial<PacketEvent>[], number: number) {
  const packets = emptyPackets();
  for (const event of events) addPacket(packets, event);
  const inspection = new TracePane(packets, names, btfOf('trace')).inspect(String(number), 0);
  assert.ok(inspection?.pane === 'trace');
  return inspection;
}

/** Relative sequence and acknowledgment, next sequence, payload. */
function numbers(events: Partial<PacketEvent>[], number: number): (number | null)[] {
  const { relativeSequence, relativeAcknowledgment, nextSequence, payload } = inspect(events, number);
  return [relativeSequence, relativeAcknowledgment, nextSequence, payload];
}

const exchange: Partial<PacketEvent>[] = [
  { ...back, sequence: 0xffffffff, acknowledgment: 0, tcpFlags: SYN, payload: 0 },
  { sequence: 7000, acknowledgment: 0, tcpFlags: SYN | ACK, payload: 0 },
  { ...back, sequence: 0, acknowledgment: 7001, tcpFlags: ACK, payload: 0 },
  { ...back, sequence: 0, acknowledgment: 7001, tcpFlags: ACK, payload: 100 },
  { sequence: 7001, acknowledgment: 100, tcpFlags: ACK, payload: 1448 },
  { sequence: 8449, acknowledgment: 100, tcpFlags: FIN | ACK, payload: 52 },
  { ...back, sequence: 100, acknowledgment: 8502, tcpFlags: ACK, payload: 0 },
];

test('numbers of an exchange count from its SYNs, across the end of the number space', () => {
  assert.deepEqual(
    exchange.map((_, number) => numbers(exchange, number)),
    [
      [0, null, 0, 0],
      [0, 1, 7001, 0],
      [1, 1, 0, 0],
      [1, 1, 100, 100],
      [1, 101, 8449, 1448],
      [1449, 101, 8502, 52],
      [101, 1502, 100, 0],
    ],
  );
});

test('where the SYN was not seen they count from the first packet seen', () => {
  const later = exchange.slice(4);
  assert.deepEqual(
    later.map((_, number) => numbers(later, number)),
    [
      [0, 0, 8449, 1448],
      [1448, 0, 8502, 52],
      [0, 1501, 100, 0],
    ],
  );
});

test('other flows, and events that have no packet, give no first number', () => {
  const events: Partial<PacketEvent>[] = [
    { sequence: 1, sourcePort: 444 },
    { sequence: 2, destination: wordsOf('192.168.1.101') },
    { sequence: 3, protocol: 17 },
    { sequence: 4, skb: 0n, status: STATUS.socket },
    { sequence: 5000 },
    { sequence: 5100 },
  ];
  assert.deepEqual(numbers(events, 5), [100, 0, 6548, 1448]);
});

test('outside TCP there are none', () => {
  assert.deepEqual(numbers([{ protocol: 17, sequence: 0, acknowledgment: 0 }], 0), [null, null, null, null]);
  assert.deepEqual(numbers([{ skb: 0n, status: STATUS.socket }], 0), [null, null, null, null]);
});

const MS = 1_000_000;

/** An event at a function, so many milliseconds after the first. */
function at(ms: number, name: FixedFunction, overrides: Partial<PacketEvent> = {}): Partial<PacketEvent> {
  return { atNs: 5_000_000_000 + ms * MS, point: pointOf(name), ...overrides };
}

/** "function +microseconds". */
function hops(events: Partial<PacketEvent>[], number: number): string[] {
  return inspect(events, number).hops.map(({ function: name, deltaUs }) => `${name} +${deltaUs}`);
}

test('a packet’s path: the functions with its identity, with the time between', () => {
  const events = [
    at(0, 'netif_receive_skb', { packet: 7n, cpu: 0 }),
    at(0.1, 'netif_receive_skb', { packet: 8n }),
    at(0.25, 'tcp_rcv_established', { packet: 7n, hop: 2, cpu: 1 }),
    at(0.3, 'sock_def_readable', { skb: 0n, hop: 0, status: STATUS.socket }),
    at(1.5, 'skb_copy_datagram_iter', { packet: 7n, hop: 3, interface: 0 }),
  ];
  const path = ['netif_receive_skb +0', 'tcp_rcv_established +250', 'skb_copy_datagram_iter +1250'];
  assert.deepEqual([hops(events, 0), hops(events, 2), hops(events, 4)], [path, path, path]);
  assert.deepEqual(inspect(events, 2).hops[1], {
    key: '2',
    function: 'tcp_rcv_established',
    hook: 'tracepoint',
    timeUs: 1_767_323_050_000_250,
    deltaUs: 250,
    sinceFirstUs: 250,
    cpu: 1,
    interface: 'eth2',
    netns: '4026531840',
    reason: null,
    place: null,
    lostBefore: 0,
    changes: [],
  });
});

test('a packet that only a socket saw has one function', () => {
  const alone = at(0, 'sock_def_readable', { skb: 0n, status: STATUS.socket });
  assert.deepEqual(hops([alone, alone], 1), ['sock_def_readable +0']);
});
