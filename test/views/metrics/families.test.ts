import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAMILIES } from '../../../src/model/metrics/families.ts';
import type { MetricFamily } from '../../../src/model/metrics/metric.ts';

const families: MetricFamily[] = Object.values(FAMILIES);

test('each metric is named by the conventions, and none as another is', () => {
  assert.equal(new Set(families.map(({ name }) => name)).size, families.length);
  for (const { name, kind } of families) {
    assert.match(name, /^nettop_[a-z0-9_]+$/);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
  }
});

test('no label is an address, a process’s number, a path or a name of a host', () => {
  const labels = new Set(families.flatMap(({ labels }) => labels));
  const known = [
    'process',
    'container',
    'unit',
    'device',
    'state',
    'result',
    'cause',
    'reason',
    'protocol',
    'port',
    'side',
  ];
  const rest = ['qtype', 'rcode', 'method', 'status_class', 'kind', 'source', 'program', 'collector'];
  assert.deepEqual([...labels].sort(), [...known, ...rest].sort());
});

test('bounds of histograms rise', () => {
  for (const { bounds = [] } of families)
    assert.deepEqual(
      [...bounds].sort((a, b) => a - b),
      [...bounds],
    );
});
