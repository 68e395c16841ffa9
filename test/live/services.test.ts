import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { live, startNettop } from './nettop.ts';

const QUICK = 40;
const SLOW = 5;
const SLOW_MS = 60;

/** What the server itself waited, and what its client did, ns: the kernel's time lies between the two. */
interface Noted {
  server: bigint;
  client: bigint;
}

/** A server that answers in two parts after as many milliseconds as it is asked for, and never speaks else. */
async function serve(t: { after(end: () => void): void }, host: string, noted: Noted): Promise<number> {
  const server = createServer((socket) => {
    socket.on('data', async (text) => {
      const began = process.hrtime.bigint();
      await sleep(Number(text));
      noted.server += process.hrtime.bigint() - began;
      socket.write('first ');
      socket.write('and more');
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function ask(socket: Socket, milliseconds: number, noted: Noted): Promise<void> {
  const began = process.hrtime.bigint();
  socket.write(String(milliseconds));
  let answer = '';
  while (answer !== 'first and more') answer += (await once(socket, 'data'))[0];
  noted.client += process.hrtime.bigint() - began;
}

for (const host of ['127.0.0.1', '::1'])
  test(
    `answers at ${host} are counted one by one, and took as long as server and client say, on an older connection too`,
    live(async (t) => {
      const noted: Noted = { server: 0n, client: 0n };
      const port = await serve(t, host, noted);
      const client = connect(port, host);
      t.after(() => client.destroy());
      await once(client, 'connect');
      const nettop = startNettop(t, ['services', '--json', '--interval', '200ms', '--port', `${port}`]);
      await nettop.until('the first answer', async () => {
        await ask(client, 0, noted);
        return nettop.services.length > 0;
      });
      const known = () => nettop.services.findLast((line) => line.port === port);
      await sleep(500); // answers to the asking above are in the next reports
      const before = known();
      Object.assign(noted, { server: 0n, client: 0n });
      for (let n = 0; n < QUICK; n++) await ask(client, 0, noted);
      for (let n = 0; n < SLOW; n++) await ask(client, SLOW_MS, noted);
      const due = (before?.answers ?? 0) + QUICK + SLOW;
      await nettop.until('all answers', () => (known()?.answers ?? 0) >= due);
      await nettop.end();
      const after = known();
      assert.equal(after?.answers, due);
      assert.deepEqual([after.pid, after.port], [process.pid, port]);
      assert.equal(
        after.histogram.reduce((sum, { answers }) => sum + answers, 0),
        due,
      );
      const totalUs = after.meanMicroseconds * due - (before?.meanMicroseconds ?? 0) * (before?.answers ?? 0);
      assert.ok(
        totalUs >= Number(noted.server) / 1000 - 1,
        `${totalUs} µs, of the server ${noted.server} ns`,
      );
      assert.ok(
        totalUs <= Number(noted.client) / 1000 + 1,
        `${totalUs} µs, of the client ${noted.client} ns`,
      );
      assert.ok(after.p99Microseconds >= SLOW_MS * 1000);
    }),
  );

test(
  'what a server says unasked is no answer, and a client is no service',
  live(async (t) => {
    const server = createServer((socket) => {
      socket.write('hello');
      socket.once('data', () => socket.write('answer', () => setTimeout(() => socket.write('more'), 50)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const talk = async (): Promise<number> => {
      const client = connect(port, '127.0.0.1');
      await once(client, 'data');
      client.write('question');
      let heard = '';
      while (heard !== 'answermore') heard += (await once(client, 'data'))[0];
      const { localPort = 0 } = client;
      client.destroy();
      return localPort;
    };
    const nettop = startNettop(t, ['services', '--json', '--interval', '100ms', '--pid', `${process.pid}`]);
    const known = () => nettop.services.findLast((line) => line.port === port);
    await nettop.until('the first answer', async () => {
      await talk();
      return known() !== undefined;
    });
    await sleep(300);
    const before = known()?.answers ?? 0;
    const clients = [await talk(), await talk(), await talk()];
    await nettop.until('all answers', () => (known()?.answers ?? 0) >= before + 3);
    await nettop.end();
    assert.equal(known()?.answers, before + 3);
    assert.ok(!nettop.services.some((line) => clients.includes(line.port)));
  }),
);
