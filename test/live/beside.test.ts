import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPython, startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';
import { listenerQueues } from './ss.ts';

/** Rows of the connections pane that are no connections, or none any more. */

const OPTIONS = ['connections', '--json', '--interval', '100ms'];

/** The newest line of a socket of which that holds. */
function line(nettop: Nettop, what: string, is: (line: ConnectionLine) => boolean): Promise<ConnectionLine> {
  return nettop.until(what, () => nettop.connections.findLast(is));
}

const ends = ({ localAddress, localPort, remoteAddress, remotePort }: ConnectionLine) =>
  `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;

test(
  'a listener, here and in another network namespace, with the fill of its backlog that ss tells',
  live(
    async (t) => {
      const { name, within } = createNamespace(t);
      const here = startPython(t, 'busy', '127.0.0.1', 7, 3);
      const there = startPythonWithin(t, within, 'busy', '::1', 5, 6);
      const nettop = startNettop(t, [...OPTIONS, '--netns', 'all']);
      for (const [python, host, far, from] of [
        [here, '127.0.0.1', '0.0.0.0', []],
        [there, '::1', '::', within],
      ] as const) {
        const port = await python.tells(0);
        const row = await line(
          nettop,
          `the listener at ${port}`,
          ({ localPort, state }) => localPort === port && state === 'LISTEN',
        );
        const [waiting, limit] = listenerQueues(port, from);
        assert.deepEqual(
          [ends(row), row.pid, row.tcp, row.backlog],
          [`${host} ${port} ${far} 0`, python.pid, null, { waiting, limit, handshakes: 0 }],
        );
        assert.deepEqual([waiting, limit, row.netnsName], python === here ? [3, 7, null] : [6, 5, name]);
      }
    },
    ['ip', 'ss'],
  ),
);

test(
  'UDP sockets with their bytes: one that takes from anybody by who sent them, one that is connected, one in another namespace',
  live(
    async (t) => {
      const { within } = createNamespace(t);
      const nettop = startNettop(t, OPTIONS);
      for (const where of [[], within]) {
        const [taker, sender] = [
          await startPeer(t, { within: where }),
          await startPeer(t, { within: where }),
        ];
        const port = await taker.ask('bindUdp', '127.0.0.1');
        const from = await sender.ask('bindUdp', '127.0.0.1');
        const at = (end: number) => (row: ConnectionLine) => row.protocol === 'udp' && row.localPort === end;
        await line(nettop, 'the taker', at(port)); // from here on nettop counts
        await sender.ask('connectUdp', '127.0.0.1', port);
        await sender.ask('sendUdp', 10, 1000);
        const moved = (row: ConnectionLine) => row.receiveBytes === 10_000 || row.transmitBytes === 10_000;
        const rows = [
          await line(nettop, 'the bytes at the taker', (row) => at(port)(row) && moved(row)),
          await line(
            nettop,
            'the bytes at the sender, connected',
            (row) => at(from)(row) && moved(row) && row.remotePort === port,
          ),
        ];
        assert.deepEqual(
          rows.map((row) => [ends(row), row.state, row.pid, row.receiveBytes, row.transmitBytes, row.tcp]),
          [
            [`127.0.0.1 ${port} 127.0.0.1 ${from}`, 'OPEN', taker.pid, 10_000, 0, null],
            [`127.0.0.1 ${from} 127.0.0.1 ${port}`, 'OPEN', sender.pid, 0, 10_000, null],
          ],
        );
      }
      await nettop.end();
      const rates = nettop.connections.filter(
        (row) => row.protocol === 'udp' && row.transmitBytes === 10_000,
      );
      assert.equal(rates.at(-1)?.transmitBytesPerSecond, 0, 'it stands still again');
    },
    ['ip'],
  ),
);

test(
  'a connection that closed stays as TIME_WAIT, with its bytes and its process; one that is older has neither',
  live(async (t) => {
    const server = await startPeer(t, { name: 'nt-server' });
    const client = await startPeer(t, { name: 'nt-client' });
    const port = await server.ask('listen', '127.0.0.1', 'close');
    await client.ask('sendByMany', '127.0.0.1', port, 1, 700);
    const nettop = startNettop(t, OPTIONS);
    const waits = (row: ConnectionLine) => row.remotePort === port && row.state === 'TIME_WAIT';
    const older = await line(nettop, 'the older one', waits);
    await client.ask('sendByMany', '127.0.0.1', port, 1, 900);
    const seen = await line(
      nettop,
      'the one that was seen',
      (row) => waits(row) && row.transmitBytes !== null,
    );
    assert.deepEqual(
      [older, seen].map((row) => [row.process, row.transmitBytes, row.receiveBytes, row.rttMicroseconds]),
      [
        [null, null, null, null],
        ['nt-client', 900, 0, null],
      ],
    );
  }),
);

test(
  'an IPv4 connection of a socket that listens for both is IPv4',
  live(async (t) => {
    const [server, client] = [await startPeer(t), await startPeer(t)];
    const port = await server.ask('listen', '::');
    const local = await client.ask('connect', '127.0.0.1', port);
    const nettop = startNettop(t, OPTIONS);
    const row = await line(nettop, 'the server’s end', ({ remotePort }) => remotePort === local);
    assert.deepEqual([ends(row), row.pid], [`127.0.0.1 ${port} 127.0.0.1 ${local}`, server.pid]);
  }),
);
