import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { attachedBy } from './bpftool.ts';
import { cli, live } from './nettop.ts';
import { until } from './until.ts';

const DATAGRAMS = 4000;
/** No pipe holds so many. */
const PIPE_LINES = 2000;
const PORT = 9; // discard: nobody listens

/** nettop trace of loopback's datagrams to a port, whose output nobody reads yet. */
async function start(t: TestContext) {
  const args = [
    cli,
    'trace',
    '--json',
    '--rate-limit',
    '0',
    `udp and dst port ${PORT} and dst host 127.0.0.3`,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  await until('the trace is attached', () => attachedBy(child.pid ?? 0).includes('tp_netif_receive_skb'));
  return { child, notes: () => notes };
}

async function send(t: TestContext): Promise<void> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  for (let left = DATAGRAMS; left > 0; left--)
    await new Promise((resolve) => socket.send('x', PORT, '127.0.0.3', resolve));
}

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(
    `a reader that stands still: ${signal} ends nettop, which says what was not written`,
    live(
      async (t) => {
        const { child, notes } = await start(t);
        await send(t);
        child.kill(signal);
        const [code] = await once(child, 'exit');
        assert.equal(code, 0, notes());
        await until('its notes', () => /lines were not written/.test(notes()));
        const events = number(notes(), /(\d+) events by/);
        const overtaken = number(notes(), /(\d+) not written\n/);
        const unwritten = number(notes(), /(\d+) lines were not written/);
        // each event is in a line that the pipe took, in one that it did not, or was never made one
        assert.ok(events >= DATAGRAMS, notes());
        const taken = events - unwritten - overtaken;
        assert.ok(taken >= 0 && taken < PIPE_LINES, notes());
      },
      ['bpftool'],
    ),
  );
