import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addPacket, emptyPackets, packetEvent } from '../../fixtures/packets.ts';

const KEPT = 131_072;

test('a packet comes out as it went in', () => {
  const packets = emptyPackets();
  addPacket(packets);
  addPacket(packets, { sequence: 0xfffffffe, skb: 0xffffffffffffffffn, cookie: 2 ** 40 });
  assert.deepEqual(
    [packets.start, packets.end, packets.get(0), packets.get(1)],
    [0, 2, packetEvent(), packetEvent({ sequence: 0xfffffffe, skb: 0xffffffffffffffffn, cookie: 2 ** 40 })],
  );
});

test('a packet that was decoded stays as it was when another one is', () => {
  const packets = emptyPackets();
  const words = new Uint32Array(50);
  for (const word of [1, 2]) packets.add(words.fill(word), 0);
  const one = packets.get(0);
  const before = structuredClone(one);
  assert.notDeepEqual(packets.get(1), one);
  assert.deepEqual(one, before);
});

test('the oldest give way to the newest; numbers go on rising', () => {
  const packets = emptyPackets();
  for (let number = 0; number < KEPT + 3; number++) addPacket(packets, { sequence: number });
  assert.deepEqual([packets.start, packets.end], [3, KEPT + 3]);
  assert.deepEqual(
    [packets.start, packets.end - 1].map((number) => packets.get(number).sequence),
    [3, KEPT + 2],
  );
});

test('a record is taken from where it lies in the ring', () => {
  const packets = emptyPackets();
  packets.add(
    Uint32Array.from({ length: 100 }, (_, index) => index),
    160,
  );
  const { sequence, acknowledgment } = packets.get(0);
  assert.deepEqual([sequence, acknowledgment], [40 + 26, 40 + 27]);
});
