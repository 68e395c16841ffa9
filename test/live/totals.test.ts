import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { live, type Nettop, startNettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { startPython } from './python.ts';
import { until } from './until.ts';

const MB = 1_000_000;
const OPTIONS = ['processes', '--json', '--interval', '200ms'];
const HOSTS = ['127.0.0.1', '::1'];

interface Owner {
  readonly pid: number;
}

/** Starts nettop and waits until it knows the processes, so that all they do from now on counts. */
async function watch(t: TestContext, ...owners: Owner[]): Promise<Nettop> {
  const nettop = startNettop(t, OPTIONS);
  for (const { pid } of owners) await nettop.process(pid);
  return nettop;
}

async function arrived(peer: Peer, bytes: number): Promise<void> {
  await until(`${bytes} bytes at the receiver`, async () => (await peer.ask('received')) === bytes);
}

/** Ends nettop and returns what it counted, [received, sent] by process; null: nothing was said of it. */
async function counted(nettop: Nettop, ...owners: Owner[]): Promise<(number[] | null)[]> {
  await nettop.end();
  return owners.map(({ pid }) => {
    const line = nettop.processes.findLast((line) => line.pid === pid);
    return line ? [line.receiveBytes, line.transmitBytes] : null;
  });
}

for (const host of HOSTS) {
  test(
    `50 MB over TCP to ${host}: every byte at sender and receiver`,
    live(async (t) => {
      const receiver = await startPeer(t);
      const sender = await startPeer(t);
      const port = await receiver.ask('listen', host);
      const nettop = await watch(t, receiver);
      await sender.ask('connect', host, port);
      await sender.ask('send', 50 * MB);
      await arrived(receiver, 50 * MB);
      assert.deepEqual(await counted(nettop, receiver, sender), [
        [50 * MB, 0],
        [0, 50 * MB],
      ]);
    }),
  );

  test(
    `UDP to ${host}: datagrams with an address and over a connected socket`,
    live(async (t) => {
      const receiver = await startPeer(t);
      const sender = await startPeer(t);
      const port = await receiver.ask('bindUdp', host);
      await sender.ask('bindUdp', host);
      const nettop = await watch(t, receiver, sender);
      // fifty at a time: a hundred do not fit into the receiver's buffer while it waits for a processor
      await sender.ask('sendUdp', 50, 700, host, port);
      await arrived(receiver, 35_000);
      await sender.ask('sendUdp', 50, 700, host, port);
      await arrived(receiver, 70_000);
      await sender.ask('connectUdp', host, port);
      await sender.ask('sendUdp', 50, 500);
      await arrived(receiver, 95_000);
      await sender.ask('sendUdp', 50, 500);
      await arrived(receiver, 120_000);
      assert.deepEqual(await counted(nettop, receiver, sender), [
        [120_000, 0],
        [0, 120_000],
      ]);
    }),
  );
}

test(
  '300 short connections of a process that lives only for them',
  live(async (t) => {
    const receiver = await startPeer(t);
    const port = await receiver.ask('listen', '127.0.0.1', 'close');
    const nettop = await watch(t, receiver);
    const sender = await startPeer(t);
    await sender.ask('sendByMany', '127.0.0.1', port, 300, 1000);
    await sender.end();
    await arrived(receiver, 300_000);
    assert.deepEqual(await counted(nettop, receiver, sender), [
      [300_000, 0],
      [0, 300_000],
    ]);
  }),
);

test(
  'a connection that is older than nettop counts from the moment nettop starts',
  live(async (t) => {
    const receiver = await startPeer(t);
    const sender = await startPeer(t);
    await sender.ask('connect', '127.0.0.1', await receiver.ask('listen', '127.0.0.1'));
    await sender.ask('send', 2 * MB);
    await arrived(receiver, 2 * MB);
    const nettop = await watch(t, receiver, sender);
    await sender.ask('send', 3 * MB);
    await arrived(receiver, 5 * MB);
    assert.deepEqual(await counted(nettop, receiver, sender), [
      [3 * MB, 0],
      [0, 3 * MB],
    ]);
  }),
);

test(
  'a datagram that is looked at with MSG_PEEK counts once, when it is taken',
  live(
    async (t) => {
      const receiver = startPython(t, 'peek', '127.0.0.1', 50);
      const sender = await startPeer(t);
      const port = await receiver.tells(0);
      await sender.ask('bindUdp', '127.0.0.1');
      const nettop = await watch(t, receiver, sender);
      await sender.ask('sendUdp', 50, 400, '127.0.0.1', port);
      assert.equal(await receiver.tells(1), 20_000);
      assert.deepEqual(await counted(nettop, receiver, sender), [
        [20_000, 0],
        [0, 20_000],
      ]);
    },
    ['python3'],
  ),
);

test(
  'sendfile counts as what it sends',
  live(
    async (t) => {
      const receiver = await startPeer(t);
      const port = await receiver.ask('listen', '127.0.0.1');
      const nettop = await watch(t, receiver);
      const sender = startPython(t, 'sendfile', '127.0.0.1', port, 20 * MB);
      await arrived(receiver, 20 * MB);
      assert.deepEqual(await counted(nettop, receiver, sender), [
        [20 * MB, 0],
        [0, 20 * MB],
      ]);
    },
    ['python3'],
  ),
);

test(
  'a connection that a parent accepts and its child uses counts for the child',
  live(
    async (t) => {
      const parent = startPython(t, 'prefork', '127.0.0.1', MB, 5000);
      const client = await startPeer(t);
      const port = await parent.tells(0);
      const nettop = await watch(t, parent);
      await client.ask('connect', '127.0.0.1', port);
      const child = { pid: await parent.tells(1) };
      await client.ask('send', MB);
      await arrived(client, 5000);
      assert.deepEqual(await counted(nettop, parent, child, client), [
        [0, 0],
        [MB, 5000],
        [5000, MB],
      ]);
    },
    ['python3'],
  ),
);
