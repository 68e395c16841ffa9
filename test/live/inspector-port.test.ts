import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cli, live } from './nettop.ts';
import { until } from './until.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

async function isOpen(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/json`).then(
    () => true,
    () => false,
  );
}

/** nettop that has printed its first lines. */
async function start(t: TestContext, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [...args, cli, 'processes', '--interval', '100ms'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let lines = 0;
  child.stdout.on('data', (text: Buffer) => {
    lines += text.toString().split('\n').length;
  });
  const more = async () => {
    const before = lines;
    await until('more lines', () => lines > before);
  };
  await more();
  return { child, more };
}

test(
  'SIGUSR1 does not open Node’s inspector: nettop goes on',
  live(async (t) => {
    const port = await freePort();
    const { child, more } = await start(t, [`--inspect-port=127.0.0.1:${port}`], {});
    child.kill('SIGUSR1');
    await more();
    await more();
    assert.deepEqual([await isOpen(port), child.exitCode], [false, null]);
  }),
);

test(
  'nor does NODE_OPTIONS leave it open',
  live(async (t) => {
    const port = await freePort();
    const { more } = await start(t, [], { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` });
    await more();
    assert.equal(await isOpen(port), false);
  }),
);
