import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FilterDevices } from '../../src/machine/filter-devices.ts';

test('an interface that comes, is made again or goes makes the filter a new one; others do not', () => {
  const numbers = new Map<string, number | null>([['eth0', 2]]);
  const devices = new FilterDevices((name) => numbers.get(name) ?? null);
  const read = () => ['eth0', 'tun0'].map(devices.begin());
  assert.deepEqual([devices.none, devices.changed()], [true, false]);
  assert.deepEqual([read(), devices.none, devices.changed()], [[2, null], false, false]);
  const changes: [string, number | null][] = [
    ['tun0', 7],
    ['tun0', 8],
    ['eth0', null],
  ];
  for (const [name, number] of changes) {
    numbers.set(name, number);
    assert.equal(devices.changed(), true, `${name} ${number}`);
    read();
    assert.equal(devices.changed(), false);
  }
  numbers.set('wlan0', 9);
  assert.equal(devices.changed(), false);
});
