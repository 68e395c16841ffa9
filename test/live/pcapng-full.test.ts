import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { cli, live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { until } from './until.ts';

const MOST_IN_A_PIECE = 1000;

/** How many blocks of a capture file are whole; the last may be cut. */
function wholeBlocks(bytes: Buffer): number {
  let [at, count] = [0, 0];
  while (at + 8 <= bytes.length) {
    at += bytes.readUInt32LE(at + 4);
    if (at <= bytes.length) count++;
  }
  return count;
}

test(
  'a capture file for which the disk has no room: how much is in it is told, and no sum of what is not',
  live(
    async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'nettop-full-'));
      assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]).status, 0);
      t.after(() => {
        spawnSync('umount', [folder]);
        rmdirSync(folder);
      });
      const namespace = createNamespace(t);
      const peer = await startPeer(t, { within: namespace.within });
      const port = await peer.ask('bindUdp', '127.0.0.1');
      const file = join(folder, 'full.pcapng');
      const args = ['trace', '--pcapng', file, '--netns', namespace.name, '--rate-limit', '0'];
      const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
      t.after(() => child.kill('SIGKILL'));
      const errors = text(child.stderr);
      await until('the disk is full', async () => {
        await peer.ask('sendUdp', 50, 10, '127.0.0.1', port);
        return child.exitCode !== null;
      });
      assert.equal(child.exitCode, 1);
      const told = await errors;
      const [, count] =
        /^nettop: cannot write: ENOSPC[^;\n]*; (\d+) blocks or more were written before\n +is the disk full/.exec(
          told,
        ) ?? assert.fail(told);
      assert.doesNotMatch(told, /in the capture/);
      const [least, there] = [Number(count), wholeBlocks(readFileSync(file))];
      assert.ok(
        least > 0 && least <= there && there - least < MOST_IN_A_PIECE,
        `${least} told, ${there} there`,
      );
    },
    ['ip', 'mount'],
  ),
);
