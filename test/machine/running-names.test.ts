import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RunningNames } from '../../src/machine/running-names.ts';

test('a process by its name in /proc, also after its end; nobody is null', async () => {
  const names = new RunningNames();
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const { pid } = child;
  assert.ok(pid);
  const own = readFileSync(`/proc/${process.pid}/comm`, 'utf8').trim();
  assert.deepEqual([names.get(process.pid, 0), names.get(pid, 0)], [own, 'cat']);
  child.stdin.end();
  await once(child, 'exit');
  assert.deepEqual([names.get(pid, 5e9), names.get(2 ** 22 + 1, 5e9)], ['cat', null]);
});
