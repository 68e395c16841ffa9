import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentilesOf } from '../../src/model/percentile.ts';

test('a percentile is one of the values, by nearest rank', () => {
  assert.equal(percentilesOf([])(50), null);
  assert.equal(percentilesOf([3, 1, 2])(50), 2);
  assert.equal(percentilesOf([1, 2, 3, 4])(95), 4);
});
