import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketsOf } from '../../src/model/log2-buckets.ts';

test('a value is below its power of two, and not below half of it', () => {
  const values = [0, 0.2, 1, 1.9, 2, 3, 4, 1023, 1024, 5e9];
  assert.deepEqual(bucketsOf(values), [
    { below: 1, count: 2 },
    { below: 2, count: 2 },
    { below: 4, count: 2 },
    { below: 8, count: 1 },
    { below: 1024, count: 1 },
    { below: 2048, count: 1 },
    { below: 2 ** 33, count: 1 },
  ]);
  assert.deepEqual(bucketsOf([]), []);
});

test('each value is in one bucket, and there where it belongs', () => {
  const values = Array.from({ length: 5000 }, (_, at) => 1.0041 ** at - 1);
  const buckets = bucketsOf(values);
  assert.equal(
    buckets.reduce((sum, { count }) => sum + count, 0),
    values.length,
  );
  for (const { below, count } of buckets) {
    const from = below === 1 ? 0 : below / 2;
    assert.equal(count, values.filter((value) => value >= from && value < below).length);
  }
});
