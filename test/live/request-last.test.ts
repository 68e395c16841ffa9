import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { followRequests, ofSide, runWithin } from './request-rows.ts';

const SERVER = fileURLToPath(new URL('corked-server.py', import.meta.url));
const TOLD = '%{size_header}+%{size_download}\n';
/** Within what is told of an answer, more, and so much that its client reads while the last of it comes. */
const SIZES = [0, 300, 600, 100_000, 10_000_000];
const EACH = 6;

test(
  'an answer whose last byte comes with the end of the connection is whole at each end',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const port = randomInt(20_000, 30_000);
      const [command = '', ...args] = [...namespace.within, 'python3', SERVER, `${port}`];
      const server = spawn(command, args, { stdio: 'ignore' });
      t.after(() => server.kill('SIGKILL'));
      const ask = (path: string) =>
        runWithin(namespace, [
          'curl',
          '-s',
          '-o',
          '/dev/null',
          '-w',
          TOLD,
          `http://127.0.0.1:${port}${path}`,
        ]);
      const nettop = await followRequests(t, namespace, () => ask('/close/1'));
      const sizes = SIZES.flatMap((size) => Array.from({ length: EACH }, () => size));
      const said: [path: string, bytes: number][] = [];
      for (const path of sizes.flatMap((size) => [`/close/${size}`, `/length/${size}`])) {
        const [head = 0, body = 0] = (await ask(path)).stdout.split('+').map(Number);
        assert.equal(body, Number(path.split('/')[2]));
        said.push([path, head + body]);
      }
      const rows = (side: 'client' | 'server') =>
        ofSide(nettop.requests, side).filter(({ path }) => path !== '/close/1');
      const sides = ['client', 'server'] as const;
      await nettop.until('all of them', () => sides.every((side) => rows(side).length >= said.length));
      await nettop.end();
      for (const side of sides)
        assert.deepEqual(
          rows(side).map(({ path, responseBytes, incomplete }) => [path, responseBytes, incomplete]),
          said.map((row) => [...row, null]),
          side,
        );
    },
    ['python3', 'curl'],
  ),
);
