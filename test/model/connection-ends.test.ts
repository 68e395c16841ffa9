import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFarEnd, formatLocal } from '../../src/model/connection-ends.ts';
import { connectionRows } from '../fixtures/rows.ts';

const [row] = connectionRows(1);
const ends = (localAddress: string, remoteAddress: string, device: string | null): string[] => {
  assert.ok(row);
  const one = { ...row, localAddress, remoteAddress, localPort: 40_023, remotePort: 80, interface: device };
  return [formatLocal(one), formatFarEnd(one)];
};

test('both ends of a link-local connection have its zone', () => {
  assert.deepEqual(ends('fe80::1', 'fe80::2', 'lan0'), ['[fe80::1%lan0]:40023', '[fe80::2%lan0]:80']);
});

test('the far end has none where its address means the same on every link', () => {
  assert.deepEqual(ends('10.0.0.1', '10.0.0.2', 'eth0'), ['10.0.0.1%eth0:40023', '10.0.0.2:80']);
  assert.deepEqual(ends('2001:db8::1', '2001:db8::2', 'eth0'), [
    '[2001:db8::1%eth0]:40023',
    '[2001:db8::2]:80',
  ]);
});

test('a group on its link has a zone, one beyond it has none', () => {
  assert.equal(ends('fe80::1', 'ff02::fb', 'lan0')[1], '[ff02::fb%lan0]:80');
  assert.equal(ends('fe80::1', 'ff0e::fb', 'lan0')[1], '[ff0e::fb]:80');
});

test('a socket that is bound to no interface has no zone', () => {
  assert.deepEqual(ends('10.0.0.1', '10.0.0.2', null), ['10.0.0.1:40023', '10.0.0.2:80']);
});
