import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { live, startNettop } from './nettop.ts';
import { startPython } from './python.ts';

const BYTES = 1_000_000;
const DROPS = 200;

/** Requests of HTTP, until the test ends. */
async function askOften(t: TestContext): Promise<void> {
  const server = createServer((_, answer) => answer.end('x')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const timer = setInterval(
    () => get({ port, host: '127.0.0.1', agent: false }, (answer) => answer.resume()),
    20,
  );
  t.after(() => {
    clearInterval(timer);
    server.close();
  });
}

for (const [interval, off] of [
  ['100ms', 0.4],
  ['1s', 0.15],
  ['2s', 0.1],
] as const)
  test(
    `-c 1 at ${interval}: what moves ${BYTES} bytes and loses ${DROPS} datagrams a second has those rates`,
    live(
      async (t) => {
        const sender = startPython(t, 'move_steadily', BYTES, DROPS);
        const port = await sender.tells(0);
        await askOften(t); // names come of it between two reports
        const single = ['-c', '1', '--json', '--interval', interval];
        const processes = startNettop(t, ['processes', ...single, `pid ${sender.pid}`]);
        await processes.ended();
        const connections = startNettop(t, ['connections', ...single, `pid ${sender.pid} and port ${port}`]);
        await connections.ended();
        const drops = startNettop(t, ['drops', ...single, `udp and port ${port}`]);
        await drops.ended();
        const near = (rate: number | undefined, truth: number) => {
          assert.ok(rate !== undefined && Math.abs(rate / truth - 1) < off, `${rate} a second, not ${truth}`);
        };
        const [process] = processes.processes;
        near(process?.transmitBytesPerSecond, BYTES);
        near(process?.receiveBytesPerSecond, BYTES);
        near(Math.max(...connections.connections.map((row) => row.transmitBytesPerSecond)), BYTES);
        near(
          drops.drops.reduce((sum, row) => sum + row.dropsPerSecond, 0),
          DROPS,
        );
      },
      ['python3'],
    ),
  );

test(
  'an interrupt soon after a report: the last rates are not those of a moment',
  live(
    async (t) => {
      const sender = startPython(t, 'move_steadily', BYTES, DROPS);
      const port = await sender.tells(0);
      const nettop = startNettop(t, ['drops', '--json', '--interval', '2s', `udp and port ${port}`]);
      const rates = () => nettop.drops.map((row) => row.dropsPerSecond);
      await nettop.until('a first report', () => rates().length > 0);
      await nettop.end();
      for (const rate of rates()) assert.ok(Math.abs(rate / DROPS - 1) < 0.25, `${rate} drops a second`);
    },
    ['python3'],
  ),
);
