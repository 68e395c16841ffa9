import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const source = fileURLToPath(new URL('crowd.c', import.meta.url));

/** At each call so many processes send one datagram each and are gone. */
export function startCrowd(
  t: TestContext,
  within: readonly string[],
  count: number,
  bytes: number,
): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-crowd-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'crowd');
  const { status, stderr } = spawnSync('clang', ['-O1', '-o', program, source], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const [command = '', ...rest] = [...within, program, `${count}`, `${bytes}`];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let rounds = 0;
  child.stdout.on('data', (text) => {
    rounds += String(text).split('\n').length - 1;
  });
  return async () => {
    const before = rounds;
    child.stdin.write('\n');
    await until(`${count} processes`, () => rounds > before, 120_000);
  };
}
