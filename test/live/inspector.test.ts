import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { has, openScreen, rowsOf } from './screen.ts';
import { until } from './until.ts';

/** What the timeline says, without times. */
function states(screen: string[]): string[] {
  const lines = screen.filter((line) => /^ \d\d:\d\d:\d\d\.\d{6} /.test(line));
  return lines.map((line) => line.slice(20).replace(/ for [\d.]+(µ|m)?s$/, ''));
}

test(
  'a connection from its SYN to its end in the inspector; x traces its socket alone',
  live(async (t) => {
    const server = await startPeer(t, { name: 'nt-server' });
    const client = await startPeer(t, { name: 'nt-client' });
    const port = await server.ask('listen', '127.0.0.1', 'close');
    const ui = await openScreen(t, '--interval', '200ms');
    ui.write('2/process nt-client\r');
    await ui.until(has(/^━ 2 Connections 0 /));
    const local = await client.ask('connect', '127.0.0.1', port);
    await ui.until(has(new RegExp(`127\\.0\\.0\\.1:${local} .* ESTABLISHED`)));
    ui.write('\r');
    await client.ask('send', 300_000);
    await ui.until(has(/^ sent +300 kB \(300000 bytes\)/));
    const seen = await ui.until(has(/^ connected in +[\d.]+[µm]s$/));
    assert.deepEqual(states(seen), ['SYN_SENT', 'ESTABLISHED']);

    ui.write('x');
    const filter = `filter: tcp 127\\.0\\.0\\.1:${local} ⇄ 127\\.0\\.0\\.1:${port} and netns \\d+ `;
    await ui.until(has(new RegExp(filter)));
    await ui.until(has(/3 Trace .* filter .*\(in kernel\)/));
    const other = await startPeer(t, { name: 'nt-other' });
    await other.ask('connect', '127.0.0.1', port);
    await other.ask('send', 1000);
    await client.ask('send', 1000);
    const traced = await ui.until((screen) => rowsOf(screen, 3).length > 4);
    const own = new RegExp(` 127\\.0\\.0\\.1 +127\\.0\\.0\\.1 +(${port} +${local}|${local} +${port}) `);
    assert.deepEqual(
      rowsOf(traced, 3).filter((row) => !own.test(row)),
      [],
    );

    ui.write('2');
    await client.ask('finish');
    await until('both halves are closed', async () => (await client.ask('closed')) === 1);
    ui.write('/process nt-client\r');
    await ui.until(has(new RegExp(`127\\.0\\.0\\.1:${local} .* TIME_WAIT`)));
    ui.write('\r');
    const ended = await ui.until(has(/^ ended +closed, \d+s ago$/));
    assert.deepEqual(states(ended), ['SYN_SENT', 'ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'closed']);
  }),
);
