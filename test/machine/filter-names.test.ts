import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { filterNames } from '../../src/machine/filter-names.ts';
import { ownNetns } from '../../src/machine/interfaces.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';

const names = filterNames(new RunningMachine());

test('a network namespace by its path; other files are none', () => {
  assert.deepEqual(
    ['/proc/self/ns/net', '/etc/passwd', '/proc/self/ns', '/no/such/file', 'no-such-name', '..', ''].map(
      (name) => names.netns(name),
    ),
    [ownNetns(), null, null, null, null, null, null],
  );
});

test('drop reasons by name', (t) => {
  const types = '/sys/kernel/btf/vmlinux';
  if (!existsSync(types) || !readFileSync(types).includes('SKB_DROP_REASON_NO_SOCKET')) {
    t.skip('this kernel has no drop reasons');
    return;
  }
  const found = ['NO_SOCKET', 'no_sock?t', 'NO_SUCH_REASON'].map((name) => names.dropReasons(name));
  assert.equal(found[0]?.length, 1);
  assert.deepEqual(found, [found[0], found[0], []]);
  const all = names.dropReasons('*') ?? [];
  assert.deepEqual([all.includes(found[0]?.[0] ?? 0), all.includes(0)], [true, false]);
});
