import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboards, RULES, rules } from '../fixtures/dashboards.ts';
import { live } from './nettop.ts';
import { type Prometheus, promtool, startFleetServer, startPrometheus, startServing } from './serving.ts';
import { until } from './until.ts';

/** What Grafana puts in. */
const filled = (query: string) => query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5s');
/** A rule’s comparison as a number: with all well it is 0, where the rule itself is nothing. */
const asNumber = (query: string) => query.replace(/ (==|<|>) ([\d.]+)$/, ' $1 bool $2');
/** Where nothing happens a quantile and a share are no number, which VictoriaMetrics leaves out: what they are made of. */
const partsOf = (query: string) =>
  query
    .replace(/ > bool [\d.]+$/, '')
    .replace(/^(?:histogram_quantile\([\d.]+|topk\(\d+), (.*)\)$/, '$1')
    .split(/ \/ (?=sum by)/);

const hasData = (server: Prometheus, what: string, query: string) =>
  until(`${what}: ${query}`, async () => (await server.query(query)).length > 0);

test(
  'promtool takes the rules',
  live(async () => {
    assert.equal(promtool(['check', 'rules', RULES]), '');
  }, ['promtool']),
);

test(
  'each query of the dashboards and of the rules has data in a Prometheus and in a VictoriaMetrics that ask a nettop where nothing happens',
  live(async (t) => {
    const serving = startServing(t);
    const url = await serving.url();
    const panels = dashboards.flatMap(([file, { panels }]) =>
      panels.flatMap(({ title, targets }) =>
        targets.map(({ expr }) => [`${file}: ${title}`, filled(expr)] as const),
      ),
    );
    const all = [...panels, ...rules.map(({ alert, expr }) => [alert, asNumber(expr)] as const)];
    assert.ok(all.length > 50);
    await Promise.all([
      t.test(
        'Prometheus',
        live(
          async (t) => {
            const server = await startPrometheus(t, url, '', RULES);
            for (const [what, query] of all) await hasData(server, what, query);
            assert.deepEqual(await until('rules that were evaluated', () => server.ruleErrors()), []);
          },
          ['prometheus'],
        ),
      ),
      t.test(
        'VictoriaMetrics',
        live(
          async (t) => {
            const target = { address: new URL(url).host, path: '/metrics', instance: 'here' };
            const server = await startFleetServer(t, 'victoria-metrics', [target], '500ms');
            for (const [what, query] of all) {
              await server.query(query); // it is taken
              for (const part of partsOf(query)) await hasData(server, what, part);
            }
          },
          ['victoria-metrics'],
        ),
      ),
    ]);
  }),
);
