import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live, type Nettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPython } from './python.ts';
import { startTrace } from './tracing.ts';

/** Owner of the packets that came in at an address and port. */
async function ownerAt(nettop: Nettop, address: string, port: number): Promise<number | null> {
  const line = await nettop.until(`a packet to ${address}:${port}`, () =>
    nettop.packets.findLast(
      ({ function: name, destination, destinationPort }) =>
        name === 'netif_receive_skb' && destination === address && destinationPort === port,
    ),
  );
  return line.pid;
}

test(
  'two processes at one port, each at its own address: packets belong to whom they are for',
  live(
    async (t) => {
      const first = startPython(t, 'serve', '127.0.0.2', 0);
      const port = await first.tells(0);
      const second = startPython(t, 'serve', '127.0.0.3', port);
      await second.tells(0);
      const client = await startPeer(t);
      await client.ask('bindUdp', '127.0.0.1');
      const send = (host: string) => client.ask('sendUdp', 1, 10, host, port);
      const nettop = await startTrace(t, ['-p', `${port}`], () => send('127.0.0.2'));
      await send('127.0.0.3');
      const owners = [await ownerAt(nettop, '127.0.0.2', port), await ownerAt(nettop, '127.0.0.3', port)];
      assert.deepEqual(owners, [first.pid, second.pid]);
    },
    ['python3'],
  ),
);

test(
  'a socket that nettop knew before it had a port: the answers to it are its process’s',
  live(
    async (t) => {
      const server = startPython(t, 'serve', '127.0.0.1', 0);
      const port = await server.tells(0);
      const client = startPython(t, 'late', '127.0.0.1', port);
      await client.tells(0);
      const prober = await startPeer(t);
      await prober.ask('bindUdp', '127.0.0.1');
      const nettop = await startTrace(t, ['-p', `${port}`], () =>
        prober.ask('sendUdp', 1, 10, '127.0.0.1', port),
      );
      client.goOn();
      assert.equal(await ownerAt(nettop, '127.0.0.1', await client.tells(1)), client.pid);
    },
    ['python3'],
  ),
);
