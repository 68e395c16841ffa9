import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { live } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { has, openScreen, rowsOf } from './screen.ts';
import { until } from './until.ts';

interface Ends {
  server: Peer;
  client: Peer;
  port: number;
}

async function listen(t: TestContext): Promise<Ends> {
  const server = await startPeer(t, { name: 'nt-server' });
  const client = await startPeer(t, { name: 'nt-client' });
  return { server, client, port: await server.ask('listen', '127.0.0.1', 'hold') };
}

test(
  'a local client and server by name and pid, their connection, their packets and totals',
  live(async (t) => {
    const { server, client, port } = await listen(t);
    const ui = await openScreen(t);
    ui.write(`/port ${port}\r`);
    await ui.until(has(new RegExp(`filter: port ${port} \\(in kernel\\)`)));
    const local = await client.ask('connect', '127.0.0.1', port);
    await client.ask('send', 10_000_000);

    const owner = ({ pid }: Peer, name: string, rx: string, tx: string) =>
      new RegExp(` ${pid} +root +${name} .* ${rx} +${tx}( |$)`);
    await ui.until((screen) => {
      const processes = rowsOf(screen, 1);
      return (
        processes.length === 2 &&
        processes.some((row) => owner(server, 'nt-server', '10\\.0 MB', '0 B').test(row)) &&
        processes.some((row) => owner(client, 'nt-client', '0 B', '10\\.0 MB').test(row))
      );
    });
    await ui.until((screen) => {
      const connections = rowsOf(screen, 2);
      const shown = (from: number, to: number, name: string) =>
        connections.some((row) =>
          new RegExp(`127\\.0\\.0\\.1:${from} +127\\.0\\.0\\.1:${to} +ESTABLISHED +${name}`).test(row),
        );
      const listener = connections.some((row) => / \* 0\/\d+ waiting +LISTEN +nt-server /.test(row));
      return listener && shown(port, local, 'nt-server') && shown(local, port, 'nt-client');
    });
    const screen = await ui.until((screen) => rowsOf(screen, 3).length > 0);
    const packet = new RegExp(`127\\.0\\.0\\.1 +127\\.0\\.0\\.1 +(${port} +${local}|${local} +${port}) `);
    assert.deepEqual(
      rowsOf(screen, 3).filter((row) => !packet.test(row)),
      [],
    );
  }),
);

test(
  'a filter typed into a flood: only its rows, and back to all of them',
  live(async (t) => {
    const heavy = await listen(t);
    const { server, client, port } = await listen(t);
    const flood = await heavy.server.ask('bindUdp', '127.0.0.1');
    await heavy.client.ask('bindUdp', '127.0.0.1');
    const ui = await openScreen(t);
    heavy.client.ask('sendUdp', 10_000_000, 100, '127.0.0.1', flood).catch(() => {}); // ends with the test
    await ui.until((screen) => rowsOf(screen, 3).some((row) => row.includes(` ${flood} `)));

    await client.ask('connect', '127.0.0.1', port);
    ui.write(`/port ${port}\r`);
    // the header has it at once, the trace when the kernel has it: what was sent before may be over the limit
    await ui.until(has(new RegExp(`filter: port ${port} \\(in kernel\\)`)));
    await client.ask('send', 100);
    const screen = await ui.until((screen) => rowsOf(screen, 3).some((row) => row.includes(` ${port} `)));
    assert.deepEqual(
      rowsOf(screen, 3).filter((row) => !row.includes(` ${port} `)),
      [],
    );
    assert.equal(await server.ask('received'), 100);

    ui.write('\x1b');
    await ui.until((screen) => rowsOf(screen, 3).some((row) => row.includes(` ${flood} `)));
  }),
);

test(
  'keys are answered while 20,000 packets and more flow',
  live(async (t) => {
    const { server, client } = await listen(t);
    const port = await server.ask('bindUdp', '127.0.0.1');
    await client.ask('bindUdp', '127.0.0.1');
    const ui = await openScreen(t, '--rate-limit', '0');
    const before = await server.ask('received');
    client.ask('sendUdp', 10_000_000, 100, '127.0.0.1', port).catch(() => {}); // ends with the test
    const many = (count: number) =>
      until(`${count} packets`, async () => (await server.ask('received')) > before + count * 100);
    await many(20_000);
    ui.write('?');
    await ui.until(has(/paint the screen again/));
    ui.write('?');
    await ui.until(has(/^[─━] ┃ 3 Trace/));
    ui.write(' ');
    await ui.until(has(/FROZEN \+[1-9]/));
    await many(60_000);
    ui.write('q');
    assert.equal((await ui.exited).exitCode, 0);
  }),
);
