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

test('queries that were lost a minute ago are no answer any more, and stay counted as lost', () => {
  let loss = { ...NONE, queries: 3 };
  const losses = new PieceLosses(() => loss);
  losses.tick(10e9);
  losses.tick(69e9);
  assert.equal(losses.claimQuery(), true);
  losses.tick(70e9);
  assert.deepEqual([losses.claimQuery(), losses.now().requests], [false, 2]);
  loss = { ...NONE, messages: 1, queries: 3 }; // an answer was lost: no query
  losses.tick(71e9);
  assert.equal(losses.claimQuery(), false);
  loss = { ...NONE, messages: 2, queries: 4 };
  assert.deepEqual([losses.claimQuery(), losses.claimQuery(), losses.now().requests], [true, false, 2]);
});
