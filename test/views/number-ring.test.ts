import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NumberRing } from '../../src/views/trace/number-ring.ts';

const all = (ring: NumberRing) => Array.from({ length: ring.size }, (_, place) => ring.at(place));

test('the last numbers are kept, in order, also those that are put between', () => {
  const ring = new NumberRing(4);
  assert.equal(ring.at(0), undefined);
  for (const number of [1, 3, 5]) ring.push(number);
  ring.insert(1, 2);
  assert.deepEqual(all(ring), [1, 2, 3, 5]);
  ring.insert(3, 4); // full: the first one goes
  assert.deepEqual(all(ring), [2, 3, 4, 5]);
  ring.shift();
  assert.deepEqual([all(ring), ring.at(3)], [[3, 4, 5], undefined]);
  for (const number of [6, 7]) ring.push(number);
  assert.deepEqual(all(ring), [4, 5, 6, 7]);
  ring.clear();
  ring.push(2 ** 40);
  assert.deepEqual(all(ring), [2 ** 40]);
});
