import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKernelFrom } from '../../src/machine/kernel-version.ts';

test('versions are compared by their numbers', () => {
  const all = ['5.9.0', '5.10.0-28-amd64', '6.1.0-18-amd64', '6.12.1+bpo', '7.2-rc1'];
  const from = (version: string) => all.filter((release) => isKernelFrom(version, release));
  assert.deepEqual(from('5.10'), all.slice(1));
  assert.deepEqual(from('6.1'), all.slice(2));
  assert.deepEqual(from('6.2'), all.slice(3));
});
