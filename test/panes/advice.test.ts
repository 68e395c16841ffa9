import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KernelTypes } from '../../native/kernel.ts';
import { readDropReasons } from '../../src/machine/drop-reasons.ts';
import advice from '../../src/panes/drops/advice.json' with { type: 'json' };
import { adviceFor } from '../../src/panes/drops/advice.ts';
import { root } from '../fixtures/tool.ts';

const types = new KernelTypes();

/** Names that the newest kernel has no longer. */
const UNTIL: Record<string, string> = {
  QDISC_OVERLIMIT: '6.18',
  QDISC_CONGESTED: '6.18',
};

test('advice is given for reasons that a kernel has', () => {
  const file = join(root, 'test/fixtures/drop-reasons-7.2.txt'); // as its BTF names them
  const newest = new Set(readFileSync(file, 'utf8').trim().split('\n'));
  const unknown = Object.keys(advice).filter((name) => !newest.has(name) && !UNTIL[name]);
  assert.deepEqual(unknown, []);
  assert.deepEqual(
    Object.keys(UNTIL).filter((name) => newest.has(name)),
    [],
  );
});

test('the running kernel has all reasons that are said to be its', (t) => {
  const reasons = readDropReasons(types);
  if (!reasons.known) return t.skip('this kernel has no drop reasons');
  const here = new Set(reasons.all());
  const common = ['NOT_SPECIFIED', 'NO_SOCKET', 'NETFILTER_DROP', 'SOCKET_RCVBUFF', 'IP_INHDR', 'TCP_CSUM'];
  assert.deepEqual(
    common.filter((name) => !here.has(name) || adviceFor(name) === null),
    [],
  );
});

test('one line each, a sentence that fits beside its label', () => {
  const wrong = Object.entries(advice).filter(([, line]) => !/^[A-Z0-9].{20,160}\.$/.test(line));
  assert.deepEqual(wrong, []);
});

test('nothing is said where nothing is known', () => {
  assert.deepEqual([adviceFor(null), adviceFor('77'), adviceFor('toString')], [null, null, null]);
});
