import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HISTORY_SECONDS, Seconds, sumSeconds } from '../../../src/capture/ledger/seconds.ts';

const S = 1e9;

test('bytes fall into the second in which their tick ends', () => {
  const seconds = new Seconds();
  seconds.add(10.2 * S, 0.2, 100, 1);
  seconds.add(10.4 * S, 0.2, 50, 0);
  seconds.add(12.1 * S, 0.2, 7, 2);
  assert.deepEqual(
    [seconds.read(12.5 * S), seconds.read(14 * S)],
    [
      { rxBytes: [150, 0, 7], txBytes: [1, 0, 2] },
      { rxBytes: [150, 0, 7, 0, 0], txBytes: [1, 0, 2, 0, 0] },
    ],
  );
});

test('a long tick is spread over its seconds', () => {
  const seconds = new Seconds();
  seconds.add(10 * S, 5, 100, 0);
  assert.deepEqual(seconds.read(10 * S).rxBytes, [20, 20, 20, 20, 20]);
});

test('five minutes are kept, and no byte is lost or made within them', () => {
  const seconds = new Seconds();
  for (let at = 1; at <= 1000; at++) seconds.add(at * S, 1, at, 2 * at);
  const { rxBytes, txBytes } = seconds.read(1000 * S);
  assert.deepEqual(
    [rxBytes.length, rxBytes[0], rxBytes.at(-1), txBytes.at(-1)],
    [HISTORY_SECONDS, 701, 1000, 2000],
  );
  assert.deepEqual(seconds.read(1299 * S).rxBytes, [1000, ...Array(299).fill(0)]);
  assert.deepEqual(seconds.read(1300 * S), { rxBytes: [], txBytes: [] });
});

test('after a long silence it begins anew', () => {
  const seconds = new Seconds();
  seconds.add(10 * S, 1, 1, 0);
  seconds.add(5000 * S, 1, 2, 0);
  assert.deepEqual(seconds.read(5001 * S).rxBytes, [2, 0]);
});

test('nothing is kept of a process without traffic', () => {
  const seconds = new Seconds();
  seconds.add(10 * S, 1, 0, 0);
  assert.deepEqual(seconds.read(11 * S), { rxBytes: [], txBytes: [] });
});

test('histories are summed second by second up to now', () => {
  const sum = sumSeconds([
    { rxBytes: [1, 2, 3], txBytes: [0, 0, 1] },
    { rxBytes: [10], txBytes: [5] },
    { rxBytes: [], txBytes: [] },
  ]);
  assert.deepEqual(sum, { rxBytes: [1, 2, 13], txBytes: [0, 0, 6] });
});
