import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAMILIES } from '../../src/model/metrics/families.ts';
import type { MetricFamily } from '../../src/model/metrics/metric.ts';
import { OWN_FAMILIES } from '../../src/serve/own-families.ts';
import { dashboards, rules } from '../fixtures/dashboards.ts';

const families: MetricFamily[] = [...Object.values(FAMILIES), ...Object.values(OWN_FAMILIES)];
const lines = families.flatMap(({ name, kind }) => (kind === 'histogram' ? [`${name}_bucket`] : [name]));
const queries = dashboards.flatMap(([, { panels }]) =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
);
const metricsOf = (query: string) => query.match(/\b(nettop|process)_\w+/g) ?? [];

test('dashboards and rules ask for metrics that are there', () => {
  const asked = [...queries, ...rules.map(({ expr }) => expr)].flatMap(metricsOf);
  assert.deepEqual(
    asked.filter((name) => !lines.includes(name)),
    [],
  );
});

test('there is no metric that no dashboard shows, but for when nettop began, and what most kernels do not count', () => {
  const shown = new Set(queries.flatMap(metricsOf));
  assert.deepEqual(
    lines.filter((name) => !shown.has(name)),
    ['nettop_bpf_program_run_seconds_total', 'nettop_bpf_program_runs_total', 'process_start_time_seconds'],
  );
});

for (const [file, { uid, templating, panels }] of dashboards)
  test(`${file} can be imported as it is, and no panel lies on another`, () => {
    assert.equal(file, `${uid}.json`);
    assert.deepEqual(
      templating.list.map(({ name }) => name),
      ['datasource', 'instance'],
    );
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length);
    assert.ok(panels.every(({ gridPos }) => gridPos.x + gridPos.w <= 24));
  });
