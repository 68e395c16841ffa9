import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { HeldOutput } from '../../src/machine/held-output.ts';

async function heldOf(script: string): Promise<Buffer> {
  const held = new HeldOutput(null);
  await once(spawn('sh', ['-c', script], { stdio: ['ignore', held.fd, held.fd] }), 'exit');
  await held.end();
  const parts: Buffer[] = [];
  await held.copy(async (bytes) => void parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}

test('what a command writes is kept whole and in order, however it opens its output, and more than a pipe holds', async () => {
  assert.equal(
    (await heldOf('echo one; echo two > /dev/stderr; echo three > /dev/stdout')).toString(),
    'one\ntwo\nthree\n',
  );
  assert.equal((await heldOf('true')).length, 0);
  const large = await heldOf('head -c 1000000 /dev/zero; printf end');
  assert.deepEqual([large.length, large.subarray(-4).toString()], [1_000_003, '\0end']);
});

test('what goes on in the background holds nobody up', async () => {
  assert.equal((await heldOf('(sleep 5; echo late) & echo early')).toString(), 'early\n');
});
