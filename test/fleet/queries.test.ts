import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../src/filter/evaluate.ts';
import { ANY_NAMES, readFilter } from '../../src/filter/parser.ts';
import type { Subject } from '../../src/filter/terms.ts';
import { unjudged } from '../../src/filter/unjudged.ts';
import { checkFleetFilter } from '../../src/fleet/check.ts';
import { type Alternatives, alternativesOf } from '../../src/fleet/matchers.ts';
import { globSource, literalPattern, numbersPattern, partPattern } from '../../src/fleet/patterns.ts';
import { countQuery, figureQuery, firstRowsQuery, type RowsQuestion } from '../../src/fleet/promql.ts';
import { FAMILIES } from '../../src/model/metrics/families.ts';
import type { MetricFamily } from '../../src/model/metrics/metric.ts';
import { FLEET_SPECS } from '../../src/panes/fleet/specs.ts';

/** As the server holds a whole text against it. */
const isLike = (pattern: string, text: string): boolean => {
  const [, flags = '', source = ''] = /^(?:\(\?(\w+)\))?(.*)$/s.exec(pattern) ?? [];
  return new RegExp(`^(?:${source})$`, flags).test(text);
};

const read = (text: string) => readFilter(text, ANY_NAMES).expression;

test('numbers from one to another are one pattern', () => {
  for (const [low, high] of [
    [1, 1],
    [0, 9],
    [80, 443],
    [99, 100],
    [1, 65_535],
    [1000, 1999],
    [1024, 65_535],
    [32_768, 60_999],
    [12_345, 12_349],
  ] as const) {
    const pattern = new RegExp(`^(?:${numbersPattern(low, high)})$`);
    for (let number = 0; number <= 66_000; number++)
      if (pattern.test(String(number)) !== (low <= number && number <= high))
        assert.fail(`${number} by ${pattern}`);
  }
});

test('texts are taken as they are', () => {
  const hostile = 'a.b*c+(d)[e]{f}|^$\\"';
  assert.ok(isLike(literalPattern(hostile), hostile));
  assert.ok(!isLike(literalPattern(hostile), 'aXb*c+(d)[e]{f}|^$\\"'));
  assert.ok(isLike(partPattern('B*c+('), `x${hostile}\n`));
  assert.ok(isLike(globSource('A.?*"'), hostile));
  assert.ok(!isLike(globSource('?'), hostile));
});

/** What the server would say of a row with these labels. */
function holds(alternatives: Alternatives, labels: Record<string, string>): boolean {
  return alternatives.some((matchers) =>
    matchers.every(({ label, isWanted, pattern }) => isLike(pattern, labels[label] ?? '') === isWanted),
  );
}

const FILTERS = [
  'process web',
  'not process web',
  'process web and instance a*',
  'process web or not (instance a* and port 80)',
  'not (process web or instance b?)',
  'port 80 or 443',
  'not portrange 80-443',
  'src port 80',
  'dst port 80',
  'not dst port 80',
  'tcp and process WEB',
  'not tcp',
  'not (tcp and process web)',
  'host 10.0.0.1 or instance a1',
];

test('a filter asks the server what it says of rows here, and terms that they do not tell hold', () => {
  for (const text of FILTERS) {
    const expression = read(text);
    assert.ok(expression);
    const alternatives = alternativesOf(expression, 'listeners of hosts', 'node');
    for (const instance of ['a1', 'a22', 'b1', 'A'])
      for (const process of ['web', 'myWebs', 'db'])
        for (const port of [80, 443, 100, 22]) {
          const subject: Subject = { instance, process, sourcePort: port, destinationPort: 0 };
          const labels = { node: instance, process, port: String(port) };
          assert.equal(
            holds(alternatives, labels),
            evaluate(expression, subject) !== false,
            `${text}: ${JSON.stringify(labels)}`,
          );
        }
  }
  assert.deepEqual(unjudged(read('tcp and process web'), 'listeners of hosts'), ['tcp']);
  assert.deepEqual(unjudged(read('instance a and reason NO_*'), 'drops of hosts'), []);
  assert.deepEqual(unjudged(read('process web'), 'alerts of hosts'), ['process web']);
});

test('what cannot be asked is an error, before it is asked', () => {
  const check = (text: string) => () => checkFleetFilter(readFilter(text, ANY_NAMES), 'instance');
  assert.throws(check('reason 3'), /number reasons each for itself/);
  assert.doesNotThrow(check('reason NETFILTER* and not reason "NO_SOCKET"'));
  const many = Array.from({ length: 6 }, (_, at) => `(process a${at} or instance b${at})`).join(' and ');
  assert.throws(check(many), /more than 24 alternatives/);
});

const ask = (filter: string, more: Partial<RowsQuestion> = {}): RowsQuestion => ({
  spec: FLEET_SPECS['fleet-processes'],
  group: undefined,
  hostLabel: 'instance',
  window: '1m',
  alternatives: alternativesOf(read(filter), 'processes of hosts', 'instance'),
  sort: 'rate',
  descending: true,
  limit: 500,
  ...more,
});

test('the server sums up and chooses', () => {
  assert.equal(
    firstRowsQuery(ask('')),
    'topk(500, sum by (instance, process) (rate(nettop_process_receive_bytes_total{}[1m])) + sum by (instance, process) (rate(nettop_process_transmit_bytes_total{}[1m])))',
  );
  assert.equal(
    firstRowsQuery(ask('process "a\\"b"', { sort: 'rxBytes', descending: false, group: 'process' })),
    String.raw`bottomk(500, sum by (process) ((nettop_process_receive_bytes_total{process=~"(?is).*a\"b.*"})))`.replace(
      'a\\"b',
      'a\\"b',
    ),
  );
  assert.equal(
    countQuery(ask('', { spec: FLEET_SPECS['fleet-alerts'] })),
    'count(sum by (instance, kind) ((nettop_alerts{})) > 0)',
  );
});

test('figures are of metrics and labels that there are', () => {
  const families: readonly MetricFamily[] = Object.values(FAMILIES);
  for (const { figures, labels, metric } of Object.values(FLEET_SPECS))
    for (const name of [metric, ...figures.map((figure) => figure.metric)]) {
      if (name === 'nettop_up') continue;
      const family = families.find((one) => one.name === name.replace(/_bucket$/, ''));
      assert.ok(family, name);
      for (const label of labels) assert.ok(family.labels.includes(label.name), `${name} by ${label.name}`);
    }
});

test('figures of a percentile keep the bounds', () => {
  const spec = FLEET_SPECS['fleet-hosts'];
  const rtt = spec.figures.find(({ id }) => id === 'rtt');
  assert.ok(rtt);
  assert.equal(
    figureQuery(ask('', { spec }), rtt),
    'histogram_quantile(0.95, sum by (instance, le) (rate(nettop_tcp_rtt_seconds_bucket{}[1m])))',
  );
});
