import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timelineFields } from '../src/connection-timeline.ts';
import type { ConnectionWatch } from '../src/model.ts';
import { connectionWatch, NOW_US, watchedRow } from './fixtures/connections.ts';

process.env.TZ = 'UTC';
const seen: ConnectionWatch['events'] = [
  { kind: 'sent again', timeUs: NOW_US - 20_000_000, segments: 1 },
  { kind: 'state', timeUs: NOW_US - 10_000_000, state: 'CLOSE_WAIT' },
];

test('a connection that was seen from its beginning: states, what was sent again, its end', () => {
  const row = watchedRow({
    ending: { cause: 'reset', resetBy: 'far end', reason: 'TCP_RESET', secondsAgo: 5 },
  });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: seen }), [
    ['03:13:18.864700', 'SYN_SENT for 1.01s'],
    ['03:13:19.877000', 'ESTABLISHED for 40.1s'],
    ['03:13:45.000000', '1 segment sent again'],
    ['03:14:00.000000', 'reset by far end: TCP_RESET'],
  ]);
});

test('one that is older than nettop: what was seen while it was inspected', () => {
  const row = watchedRow({ life: null, ageSeconds: null });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: seen }), [
    ['before', 'older than nettop'],
    ['03:13:45.000000', '1 segment sent again'],
    ['03:13:55.000000', 'CLOSE_WAIT'],
  ]);
});

test('one whose opening alone is known', () => {
  const row = watchedRow({ life: null, ageSeconds: 60 });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: [] }), [
    ['03:13:05.000000', 'opened'],
  ]);
});
