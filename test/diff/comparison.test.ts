import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../src/diff/comparison.ts';
import { ConnectionSums } from '../../src/diff/connection-sums.ts';
import type { Gathered } from '../../src/diff/gathering.ts';
import { comparisonLines } from '../../src/diff/text.ts';
import { USUAL_UNITS } from '../../src/text/format.ts';
import { watchedRow } from '../fixtures/connections.ts';

const requests = (count: number, p50: number) => ({
  requests: count,
  errors: 0,
  p50Microseconds: p50,
  p95Microseconds: p50,
  p99Microseconds: p50,
  waitedMicroseconds: count * p50,
});

const gathered = (seconds: number, parts: Gathered['parts']): Gathered => ({ seconds, parts, warnings: [] });

test('recordings of one length are compared by their sums, the largest change first', () => {
  const before = gathered(10, {
    requests: new Map([
      ['http a', requests(10, 100)],
      ['http b', requests(10, 100)],
    ]),
  });
  const after = gathered(10.05, {
    requests: new Map([
      ['http b', requests(10, 900)],
      ['http c', requests(2, 100)],
    ]),
  });
  const { isPerSecond, differences } = compare(before, after);
  assert.equal(isPerSecond, false);
  assert.deepEqual(
    differences.map(({ key, change }) => [key, change]),
    [
      ['http b', 8000],
      ['http a', -1000],
      ['http c', 200],
    ],
  );
  const [b, a, c] = differences;
  assert.deepEqual(b?.before, requests(10, 100));
  assert.deepEqual(b?.after, requests(10, 900));
  assert.equal(a?.after?.requests, 0);
  assert.equal(a?.after?.p50Microseconds, null);
  assert.equal(c?.before?.requests, 0);
});

test('where one is longer sums are by the second, and times are not', () => {
  const before = gathered(10, { requests: new Map([['http a', requests(10, 100)]]) });
  const after = gathered(40, { requests: new Map([['http a', requests(80, 200)]]) });
  const { isPerSecond, differences } = compare(before, after);
  assert.equal(isPerSecond, true);
  const [a] = differences;
  assert.equal(a?.before?.requests, 1);
  assert.equal(a?.after?.requests, 2);
  assert.equal(a?.after?.p50Microseconds, 200);
  assert.equal(a?.change, 2 * 200 - 100);
  const lines = comparisonLines(
    { ...compare(before, after), files: ['a.nettop', 'b.nettop'] },
    USUAL_UNITS,
  ).join('\n');
  assert.match(lines, /different lengths: sums are by the second/);
});

test('a part that was not recorded is named, and is no 0', () => {
  const before = gathered(10, {});
  const after = gathered(10, { requests: new Map([['http a', requests(10, 100)]]) });
  const compared = { ...compare(before, after), files: ['old.nettop', 'new.nettop'] as const };
  assert.deepEqual(
    compared.differences.map(({ before, change }) => [before, change]),
    [[null, null]],
  );
  const lines = comparisonLines(compared, USUAL_UNITS);
  assert.ok(lines.includes('nettop: requests are not recorded in old.nettop'));
  assert.ok(lines.includes('nettop: drops are not recorded in old.nettop and new.nettop'));
  assert.match(lines.find((line) => line.startsWith('http a')) ?? '', /- → 10/);
});

test('what is left of connections that had closed before the recording began is none of it', () => {
  const sums = new ConnectionSums();
  const closed = { state: 'TIME_WAIT' as const, life: null };
  const known = watchedRow({ key: 'a' });
  const rows = [known, watchedRow({ key: 'b', ...closed, process: null, rxBytes: null, txBytes: null })];
  sums.look(rows, true);
  sums.look([watchedRow({ ...known, ...closed }), ...rows.slice(1)], false);
  assert.deepEqual(
    [...sums.figures().values()].map(({ connections }) => connections),
    [1],
  );
});
