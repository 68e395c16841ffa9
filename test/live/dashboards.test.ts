import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboards, RULES, rules } from '../fixtures/dashboards.ts';
import { live } from './nettop.ts';
import { promtool, startPrometheus, startServing } from './serving.ts';
import { until } from './until.ts';

/** What Grafana puts in. */
const filled = (query: string) => query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5s');
/** A rule’s comparison as a number: with all well it is 0, where the rule itself is nothing. */
const asNumber = (query: string) => query.replace(/ (==|<|>) ([\d.]+)$/, ' $1 bool $2');

test(
  'promtool takes the rules',
  live(async () => {
    assert.equal(promtool(['check', 'rules', RULES]), '');
  }, ['promtool']),
);

test(
  'each query of the dashboards and of the rules has data in a Prometheus that asks a nettop where nothing happens',
  live(
    async (t) => {
      const serving = startServing(t);
      const prometheus = await startPrometheus(t, await serving.url(), '', RULES);
      const panels = dashboards.flatMap(([file, { panels }]) =>
        panels.flatMap(({ title, targets }) =>
          targets.map(({ expr }) => [`${file}: ${title}`, filled(expr)] as const),
        ),
      );
      const all = [...panels, ...rules.map(({ alert, expr }) => [alert, asNumber(expr)] as const)];
      assert.ok(all.length > 50);
      for (const [what, query] of all)
        await until(`${what}: ${query}`, async () => (await prometheus.query(query)).length > 0);
      assert.deepEqual(await until('rules that were evaluated', () => prometheus.ruleErrors()), []);
    },
    ['prometheus'],
  ),
);
