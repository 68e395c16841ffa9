import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesFor } from '../../../src/capture/accounting/room.ts';

test('tables of sockets have room for eight times the files that are open, within bounds', () => {
  assert.equal(entriesFor(100, 131_072), 32_768);
  assert.equal(entriesFor(4096, 131_072), 32_768);
  assert.equal(entriesFor(4097, 131_072), 65_536);
  assert.equal(entriesFor(8193, 131_072), 131_072);
  assert.equal(entriesFor(1_000_000, 131_072), 131_072);
});

test('where it is not known how many files are open, they are as large as they may be', () => {
  assert.equal(entriesFor(null, 131_072), 131_072);
});
