import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentileNs, slotEndNs } from '../../src/model/latency-slots.ts';

const SLOTS = 193;

test('each slot ends after the one before, at most an eighth above where it began', () => {
  for (let slot = 1; slot < SLOTS; slot++) {
    const begin = slotEndNs(slot - 1);
    const end = slotEndNs(slot);
    assert.ok(end > begin);
    if (slot >= 8) assert.ok(end / begin <= 1.125);
  }
  assert.equal(slotEndNs(0), 1024);
  assert.equal(slotEndNs(7), 8 * 1024);
  assert.equal(slotEndNs(8), 9 * 1024);
  assert.equal(slotEndNs(15), 16 * 1024);
  assert.equal(slotEndNs(16), 18 * 1024);
  assert.equal(slotEndNs(SLOTS - 2), 2 ** 26 * 1024); // where the last one begins
});

test('percentiles are by nearest rank', () => {
  const slots = [90, 5, 4, 0, 1];
  const ends = [50, 90, 91, 95, 99, 100].map((percent) => percentileNs(slots, percent));
  assert.deepEqual(ends, [0, 0, 1, 1, 2, 4].map(slotEndNs));
  assert.equal(percentileNs([0, 0], 50), null);
});
