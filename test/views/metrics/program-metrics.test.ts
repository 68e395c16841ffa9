import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricBook } from '../../../src/views/metrics/metric-book.ts';
import { ProgramMetrics } from '../../../src/views/metrics/program-metrics.ts';

test('what a program took is kept when it is unloaded; those of one name are one; nothing where it is not counted', () => {
  const book = new MetricBook(10);
  let times: { id: number; name: string; ns: number; runs: number }[] | null = null;
  const metrics = new ProgramMetrics(book, { programTimes: () => times });
  const told = () =>
    (['programSeconds', 'programRuns'] as const).map((family) =>
      book
        .of(family)
        .series()
        .map(({ labels, value }) => [...labels, value]),
    );
  metrics.tick();
  assert.deepEqual(told(), [[], []]);
  times = [
    { id: 1, name: 'a', ns: 5e8, runs: 3 },
    { id: 2, name: 'b', ns: 0, runs: 0 },
  ];
  metrics.tick();
  times = [
    { id: 1, name: 'a', ns: 1e9, runs: 4 },
    { id: 3, name: 'b', ns: 2e9, runs: 7 },
  ];
  metrics.tick();
  times = [];
  metrics.tick();
  assert.deepEqual(told(), [
    [
      ['a', 1],
      ['b', 2],
    ],
    [
      ['a', 4],
      ['b', 7],
    ],
  ]);
});
