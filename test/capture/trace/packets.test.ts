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

test('memory is held from the first packet on', () => {
  const packets = emptyPackets();
  const before = packets.view.byteLength;
  addPacket(packets);
  assert.deepEqual([before, packets.view.byteLength % KEPT, packets.view.byteLength > KEPT], [0, 0, true]);
});

test('the oldest give way to the newest; numbers go on rising', () => {
  const packets = emptyPackets();
  const words = new Uint32Array(30);
  for (let number = 0; number < KEPT + 3; number++) {
    words.fill(number);
    packets.add(words, 0);
  }
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
