import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from '../../src/views/trace/recent.ts';

test('the last values are there, those of long ago are not', () => {
  const recent = new Recent<number>(10);
  for (let value = 0; value < 100; value++) recent.add(value);
  const known = Array.from({ length: 100 }, (_, value) => value).filter((value) => recent.has(value));
  assert.deepEqual([known[0], known.at(-1), known.length], [80, 99, 20]);
  recent.clear();
  assert.equal(recent.has(99), false);
});
