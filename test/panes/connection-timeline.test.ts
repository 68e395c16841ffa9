import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionWatch } from '../../src/model/model.ts';
import { formatEnding, timelineFields } from '../../src/panes/connections/timeline.ts';
import { connectionWatch, NOW_US, watchedRow } from '../fixtures/connections.ts';
import { failedEnding } from '../fixtures/lives.ts';

process.env.TZ = 'UTC';
const seen: ConnectionWatch['events'] = [
  { kind: 'retransmitted', timeUs: NOW_US - 20_000_000, segments: 1 },
  { kind: 'state', timeUs: NOW_US - 10_000_000, state: 'CLOSE_WAIT' },
];

test('a connection that was seen from its beginning: states, what was retransmitted, its end', () => {
  const row = watchedRow({
    ending: {
      cause: 'reset',
      resetBy: 'far end',
      reason: 'TCP_RESET',
      error: null,
      icmp: null,
      route: null,
      drop: null,
      secondsAgo: 5,
    },
  });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: seen }), [
    ['03:13:18.864700', 'SYN_SENT for 1.01s'],
    ['03:13:19.877000', 'ESTABLISHED for 40.1s'],
    ['03:13:45.000000', '1 segment retransmitted'],
    ['03:14:00.000000', 'reset by far end: TCP_RESET'],
  ]);
});

test('what this kernel dropped is said with the end, and that there was no SYN', () => {
  const drop = {
    reason: 'NETFILTER_DROP',
    place: 'nf_hook_slow+0x9c',
    segments: 1,
    inferred: false,
    netns: null,
  };
  const icmp = { protocol: 'icmp', type: 3, code: 10, sender: '192.0.2.2' } as const;
  const unreachable = { cause: 'unreachable', reason: 'EHOSTUNREACH' } as const;
  assert.deepEqual(
    [
      failedEnding,
      { ...failedEnding, ...unreachable, drop },
      { ...failedEnding, ...unreachable, reason: 'ICMP host prohibited', icmp, drop: null },
      { ...failedEnding, drop: { ...drop, reason: null, place: null, segments: 2, inferred: false } },
      { ...failedEnding, cause: 'failed' as const, drop: null },
      { ...failedEnding, cause: 'failed' as const, reason: 'EADDRNOTAVAIL', drop: null },
    ].map(formatEnding),
    [
      'timed out: dropped 3 times by NETFILTER_DROP in nf_hook_slow',
      'unreachable: EHOSTUNREACH, dropped by NETFILTER_DROP in nf_hook_slow',
      'unreachable: ICMP host prohibited from 192.0.2.2',
      'timed out: dropped 2 times',
      'failed before its SYN',
      'failed: EADDRNOTAVAIL',
    ],
  );
});

test('one that is older than nettop: what was seen while it was inspected', () => {
  const row = watchedRow({ life: null, ageSeconds: null });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: seen }), [
    ['before', 'older than nettop'],
    ['03:13:45.000000', '1 segment retransmitted'],
    ['03:13:55.000000', 'CLOSE_WAIT'],
  ]);
});

test('one whose opening alone is known', () => {
  const row = watchedRow({ life: null, ageSeconds: 60 });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: [] }), [
    ['03:13:05.000000', 'opened'],
  ]);
  const ended = { ...row, ending: { ...failedEnding, cause: 'closed' as const, drop: null, secondsAgo: 5 } };
  assert.deepEqual(timelineFields(ended, { ...connectionWatch(row), events: [] }), [
    ['03:13:00.000000', 'opened'],
    ['03:14:00.000000', 'closed'],
  ]);
});

test('an attempt without a SYN: its end alone', () => {
  const ending = { ...failedEnding, cause: 'unreachable', reason: 'ENETUNREACH', drop: null } as const;
  const row = watchedRow({ life: null, ageSeconds: 0, ending });
  assert.deepEqual(timelineFields(row, { ...connectionWatch(row), events: [] }), [
    ['03:14:02.500000', 'unreachable: ENETUNREACH'],
  ]);
});
