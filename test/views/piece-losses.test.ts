import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PieceLosses } from '../../src/views/requests/piece-losses.ts';

const NONE = { leftOut: 0, requests: 0, messages: 0, queries: 0, pieces: 0, unfollowed: 0, heldBack: 0 };

test('a query that its answer told is lost no more; when anything of DNS was last', () => {
  let loss = NONE;
  const losses = new PieceLosses(() => loss);
  assert.equal(losses.claimQuery(), false);
  losses.tick(10);
  assert.equal(losses.hasLostSince(0), false);
  loss = { ...NONE, requests: 5, messages: 3, queries: 2, pieces: 9 };
  assert.deepEqual([losses.claimQuery(), losses.now().requests], [true, 6]);
  losses.tick(20);
  losses.tick(30);
  assert.deepEqual([losses.hasLostSince(20), losses.hasLostSince(21)], [true, false]);
  assert.deepEqual([losses.claimQuery(), losses.claimQuery()], [true, false]);
  assert.deepEqual(losses.now(), { leftOut: 0, requests: 5, pieces: 9, unfollowed: 0, heldBack: 0 });
});
