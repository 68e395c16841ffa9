import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { textEntry, writeTarGz } from '../../src/bundle/tar.ts';

test('tar reads the files as they were written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-tar-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'all.tar.gz');
  const fd = openSync(file, 'wx');
  const pieces = [Buffer.alloc(1000, 'a'), Buffer.alloc(24, 'b')];
  const texts = { 'one/empty.txt': '', 'one/block.txt': 'x'.repeat(512), 'one/umlaut.txt': 'grün\n' };
  const entries = [
    ...Object.entries(texts).map(([name, text]) => textEntry(name, text)),
    { name: 'one/pieces.bin', size: 1024, content: pieces },
  ];
  await writeTarGz(fd, entries, 1_700_000_000);
  closeSync(fd);
  const { status, stderr } = spawnSync('tar', ['-xzf', file, '-C', folder], { encoding: 'utf8' });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  for (const [name, text] of Object.entries(texts))
    assert.equal(readFileSync(join(folder, name), 'utf8'), text);
  assert.deepEqual(readFileSync(join(folder, 'one/pieces.bin')), Buffer.concat(pieces));
  const { mode, mtimeMs } = statSync(join(folder, 'one/block.txt'));
  assert.deepEqual([mode & 0o777, mtimeMs], [0o600, 1_700_000_000_000]);
});

test('a file that is not as long as it was to be is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-tar-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const fd = openSync(join(folder, 'all.tar.gz'), 'wx');
  const entry = { name: 'short', size: 10, content: [Buffer.alloc(9)] };
  await assert.rejects(writeTarGz(fd, [entry], 0), /short has 9 bytes, not 10/);
  closeSync(fd);
});
