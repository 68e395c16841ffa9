import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownNetns } from '../../src/machine/interfaces.ts';
import { NetnsNames } from '../../src/machine/netns-names.ts';

const SECOND = 1e9;

test('a namespace has the name of its file; read again when a second has passed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-netns-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const names = new NetnsNames(folder);
  const found = [names.get(ownNetns(), 0)];
  writeFileSync(join(folder, 'no-namespace'), '');
  mkdirSync(join(folder, 'folder'));
  symlinkSync('/no/such/file', join(folder, 'gone'));
  symlinkSync('/proc/self/ns/net', join(folder, 'blue\x1b[31m'));
  found.push(names.get(ownNetns(), SECOND - 1), names.get(ownNetns(), SECOND), names.get(1, SECOND));
  assert.deepEqual(found, [null, null, 'blue␛[31m', null]);
});

test('no folder, no names', () => {
  assert.equal(new NetnsNames('/no/such/folder').get(ownNetns(), 0), null);
});
