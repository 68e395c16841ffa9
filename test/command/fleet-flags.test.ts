import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../src/command/options.ts';
import { UsageError } from '../../src/errors.ts';

const NAMES = { dropReasons: () => [], netns: () => null } as never;
const URL = 'http://127.0.0.1:9090';
const read = (...argv: string[]) => parse(['fleet', '--prometheus', URL, ...argv], {}, NAMES);

test('the first word may be a pane, the others are a filter', () => {
  const { fleet, filter, by, intervalMs } = read();
  assert.deepEqual(fleet, { pane: 'fleet-processes', url: URL, hostLabel: 'instance', top: 500 });
  assert.deepEqual([filter.text, by, intervalMs], ['', null, 5000]);
  const drops = read('drops', 'reason', 'NO_*', '--by', 'reason', '--top', '7', '--host-label', 'node');
  assert.deepEqual(drops.fleet, { pane: 'fleet-drops', url: URL, hostLabel: 'node', top: 7 });
  assert.deepEqual([drops.filter.text, drops.by], ['reason NO_*', 'reason']);
  assert.equal(read('nginx').filter.text, 'nginx');
  assert.equal(read('hosts', '--bits').units.bits, true);
});

test('the server may stand in the environment', () => {
  const { fleet } = parse(['fleet'], { PROMETHEUS_URL: 'http://metrics' }, NAMES);
  assert.equal(fleet.url, 'http://metrics');
  assert.throws(() => parse(['fleet'], {}, NAMES), /fleet needs a server: --prometheus/);
});

const WRONG: readonly (readonly [argv: string[], message: RegExp])[] = [
  [['--wire'], /--wire goes with/],
  [['--netns', 'blue'], /fleet does not take --netns/],
  [['--listen', ':1'], /--listen goes with serve|does not take --listen/],
  [['--from', 'a.nettop'], /fleet does not take --from|--from goes with/],
  [['--host-label', 'a-b'], /is not the name of a label/],
  [['--by', 'user'], /is not one of host, process/],
  [['alerts', '--by', 'process'], /is not one of host, kind/],
  [['port', 'x'], /port/],
];

for (const [argv, message] of WRONG)
  test(`fleet ${argv.join(' ')} is refused`, () => {
    assert.throws(
      () => read(...argv),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  });

test('its flags go with no other command', () => {
  assert.throws(() => parse(['drops', '--prometheus', URL], {}, NAMES), /--prometheus goes with fleet/);
  assert.throws(() => parse(['drops', '--top', '5'], {}, NAMES), /--top goes with serve/);
});
