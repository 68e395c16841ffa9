import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRule } from '../../src/command/alert-rules.ts';
import { UsageError } from '../../src/errors.ts';
import { ruleKind } from '../../src/model/alerts/rule.ts';
import { NO_LOOK } from '../fixtures/looks.ts';

const names = {
  interfaceIndex: () => null,
  netns: () => null,
  reasons: () => null,
} as unknown as Parameters<typeof readRule>[1];

const read = (text: string) => readRule(text, names);

test('a rule is a filter, a figure with its limit and unit, and for how long', () => {
  const nginx = read('process nginx and retransmits > 5% for 10s');
  assert.deepEqual(
    { ...nginx, filter: nginx.filter?.kind },
    {
      text: 'process nginx and retransmits > 5% for 10s',
      filter: 'text',
      figure: 'retransmitPercent',
      isAbove: true,
      limit: 5,
      seconds: 10,
    },
  );
  const figures = [
    'rx > 1.5MB/s for 2m',
    'rtt > 100ms',
    'rtt > 2s',
    'connections < 3',
    'tx > 10k',
    'retransmits > 7',
  ].map((text) => {
    const { filter, figure, isAbove, limit, seconds } = read(text);
    return [filter, figure, isAbove, limit, seconds];
  });
  assert.deepEqual(figures, [
    [null, 'rx', true, 1.5e6, 120],
    [null, 'rtt', true, 100, 0],
    [null, 'rtt', true, 2000, 0],
    [null, 'connections', false, 3, 0],
    [null, 'tx', true, 10_000, 0],
    [null, 'retransmits', true, 7, 0],
  ]);
  assert.equal(read('(tcp or udp) and port 80 and failures > 1 for 3').filter?.kind, 'and');
});

test('what is no rule is told in words', () => {
  for (const text of [
    '',
    'tcp',
    'rx 5',
    'rx > x',
    'port 99999 and rx > 1',
    'connections > 5%',
    'rtt > 5MB',
    'rx > 5ms',
    'tcp rx > 5',
  ])
    assert.throws(() => read(text), UsageError, text);
});

test('a rule holds above its limit, or below it', () => {
  const see = (text: string, value: number | null) =>
    ruleKind(read(text), 0).see({ ...NO_LOOK, rules: [value] }, () => false).length;
  assert.deepEqual(
    [
      see('rx > 5', 5),
      see('rx > 5', 6),
      see('connections < 5', 5),
      see('connections < 5', 4),
      see('rx > 5', null),
    ],
    [0, 1, 0, 1, 0],
  );
});
