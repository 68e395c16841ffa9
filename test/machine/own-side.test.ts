import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { broadcastOf, readOwnSide } from '../../src/machine/own-side.ts';

test('broadcast addresses of networks that have one', () => {
  const told = ['10.0.0.1/24', '172.16.5.4/12', '192.0.2.1/31', '192.0.2.1/32', '2001:db8::1/64', ''].map(
    broadcastOf,
  );
  assert.deepEqual(told, ['10.0.0.255', '172.31.255.255', null, null, null, null]);
});

test("this namespace's own addresses are those that the system tells", () => {
  const told = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  assert.deepEqual([...readOwnSide().addresses].sort(), told.sort());
});
