import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeviceNames } from '../../src/machine/device-names.ts';

const HERE = 101;
const THERE = 102;

test('names of interfaces: the same number is another one in another namespace', () => {
  const names = new DeviceNames((netns) => new Map([[2, netns === HERE ? 'eth0' : 'lan0']]));
  assert.deepEqual([names.get(2, HERE, 1e9), names.get(2, THERE, 1e9)], ['eth0', 'lan0']);
});

test('one that is renamed has its new name within a second, one that went away keeps its own', () => {
  let now = new Map([
    [2, 'eth0'],
    [3, 'veth1'],
  ]);
  const names = new DeviceNames(() => now);
  const at = (seconds: number) => [2, 3].map((index) => names.get(index, HERE, seconds * 1e9));
  assert.deepEqual(at(1), ['eth0', 'veth1']);
  now = new Map([[2, 'wan']]);
  assert.deepEqual(at(1.5), ['eth0', 'veth1']);
  assert.deepEqual(at(2), ['wan', 'veth1']);
});

test('names from outside are made safe to print; a namespace that cannot be entered has none', () => {
  const names = new DeviceNames((netns) => (netns === HERE ? new Map([[2, '\x1b[2J']]) : null));
  assert.deepEqual([names.get(2, HERE, 1e9), names.get(2, THERE, 1e9)], ['␛[2J', null]);
});
