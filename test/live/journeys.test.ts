import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { has, openScreen, rowsOf } from './screen.ts';

/** Functions in the order of the lines that name them. */
function functionsIn(screen: string[]): string[] {
  return screen.flatMap((line) => line.match(/^ +[\d.]+[µm]?s +\+[\d.]+[µm]?s (\w+)/)?.[1] ?? []);
}

test(
  'packets of a connection over loopback: each with its end, one path, two paths side by side',
  live(async (t) => {
    const server = await startPeer(t, { name: 'nt-server' });
    const client = await startPeer(t, { name: 'nt-client' });
    const port = await server.ask('listen', '127.0.0.1', 'hold');
    const ui = await openScreen(t);
    ui.write(`3t/port ${port}\r`);
    await ui.until(has(new RegExp(`3 Trace by packet .*filter: port ${port} \\(in kernel\\)`)));
    await client.ask('connect', '127.0.0.1', port);
    await client.ask('send', 100);

    const data = new RegExp(` delivered +tcp +127\\.0\\.0\\.1:\\d+ +127\\.0\\.0\\.1:${port} `);
    const answer = new RegExp(` delivered +tcp +127\\.0\\.0\\.1:${port} +127\\.0\\.0\\.1:\\d+ `);
    await ui.until((screen) =>
      [data, answer].every((row) => rowsOf(screen, 3).some((line) => row.test(line))),
    );
    ui.write(' ');
    await ui.until(has(/FROZEN/));

    ui.write('g\r');
    await ui.until(has(/━ Path of a packet/));
    const path = await ui.until((screen) => functionsIn(screen).length > 0);
    const way = ['__dev_queue_xmit', 'dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb'];
    assert.deepEqual(
      functionsIn(path).filter((name) => way.includes(name)),
      way,
      path.join('\n'),
    );

    ui.write('q');
    await ui.until(has(/3 Trace by packet/));
    ui.write('d');
    await ui.until(has(/^◆/));
    ui.write('jd');
    const both = await ui.until(has(/▸ the other/));
    assert.ok(
      both.some((line) => /__dev_queue_xmit +lo += .*__dev_queue_xmit/.test(line)),
      both.join('\n'),
    );
    ui.write('\x1b');
    await ui.until(has(/^◆/));
    ui.write('t');
    await ui.until(has(/3 Trace \d/));
    ui.write('q');
    assert.equal((await ui.exited).exitCode, 0);
  }),
);

test(
  'a packet to a closed port is one line, dropped with its reason',
  live(async (t) => {
    const client = await startPeer(t, { name: 'nt-client' });
    const server = await startPeer(t, { name: 'nt-server' });
    const port = await server.ask('listen', '127.0.0.1', 'hold');
    await server.end();
    const ui = await openScreen(t);
    ui.write(`3t/port ${port}\r`);
    await ui.until(has(new RegExp(`filter: port ${port} \\(in kernel\\)`)));
    await client.ask('connect', '127.0.0.1', port).catch(() => {}); // refused
    await ui.until((screen) => rowsOf(screen, 3).some((row) => / dropped: NO_SOCKET +tcp /.test(row)));
  }),
);
