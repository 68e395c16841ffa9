import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { attachedBy } from './bpftool.ts';
import { createNamespace } from './namespace.ts';
import { runIn, udpCounter } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { PacketLine, SummaryLine } from './rows.ts';
import { Printing, Started, startChild } from './started.ts';
import { until } from './until.ts';

const DATAGRAMS = 4000;
/** No pipe holds so many. */
const PIPE_LINES = 2000;
const PORT = 9; // discard: nobody listens

/** nettop trace of loopback's datagrams to a port, whose output nobody reads yet. */
async function start(t: TestContext): Promise<Started> {
  const filter = `udp and dst port ${PORT} and dst host 127.0.0.3`;
  const nettop = new Started(startChild(t, ['trace', '--json', '--rate-limit', '0', filter]));
  await nettop.until('the trace is attached', () => attachedBy(nettop.pid).includes('tp_netif_receive_skb'));
  return nettop;
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
        const nettop = await start(t);
        await send(t);
        nettop.signal(signal);
        await until('its notes', () => /lines were not written/.test(nettop.errors));
        nettop.goOn();
        assert.equal(await nettop.exited, 0);
        const { errors: notes } = nettop;
        const events = number(notes, /(\d+) events by/);
        const overtaken = number(notes, /(\d+) not written\n/);
        const unwritten = number(notes, /(\d+) lines were not written/);
        // each event is in a line that the pipe took, in one that it did not, or was never made one
        assert.ok(events >= DATAGRAMS, notes);
        const taken = events - unwritten - overtaken;
        assert.ok(taken >= 0 && taken < PIPE_LINES, notes);
      },
      ['bpftool'],
    ),
  );

const POINTS = ['__dev_queue_xmit', 'dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb'];
const EVENTS_PER_SECOND = 20_000;
const STANDS_MS = 30_000;
/** Lines of the flood before the reader stops: what takes memory once has it by then. */
const FLOWING_LINES = 40_000;
/** A twentieth of what the lines of the stop would take; the collector alone moves some 10 MiB. */
const MORE_KIB = 16_384;
const PROBE = `import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"?", ("127.0.0.1", ${PORT}))`;

/** Lines as they come, of which those of the flood are counted. */
class Counting extends Printing {
  flood = 0;
  readonly points = new Set<string>();
  summary: SummaryLine | undefined;
  private rest = '';
  port = 0;

  protected override take(bytes: Buffer): void {
    const lines = (this.rest + bytes.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.includes(`"destinationPort":${this.port},`)) this.flood++;
      else this.keep(JSON.parse(line) as PacketLine | SummaryLine);
    }
  }

  private keep(line: PacketLine | SummaryLine): void {
    if (line.type === 'packet') this.points.add(line.function);
    else this.summary = line;
  }
}

const residentKib = (pid: number): number =>
  number(readFileSync(`/proc/${pid}/status`, 'utf8'), /VmRSS:\s+(\d+)/);

test(
  'a reader that stops for half a minute at 20,000 events a second: no more memory, every event is written or told as lost',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const sender = startPythonWithin(t, namespace.within, 'flood', EVENTS_PER_SECOND / POINTS.length);
      const args = ['--rate-limit', '0', ...POINTS.flatMap((point) => ['-f', point])];
      const filter = `udp and dst host 127.0.0.1 and netns ${namespace.name}`;
      const nettop = new Counting(startChild(t, ['trace', '--json', ...args, filter]));
      nettop.port = await sender.tells(0);
      await nettop.until('a datagram at each point', () => {
        runIn(namespace, 'python3', '-c', PROBE);
        return POINTS.every((point) => nettop.points.has(point));
      });
      const before = udpCounter(namespace, 'OutDatagrams');
      sender.goOn();
      await nettop.until('it flows', () => nettop.flood > FLOWING_LINES);
      nettop.stand();
      await setTimeout(STANDS_MS / 4);
      const early = residentKib(nettop.pid);
      await setTimeout((STANDS_MS * 3) / 4);
      const late = residentKib(nettop.pid);
      nettop.goOn();
      sender.goOn();
      const [sent, seconds] = await sender.tells<[number, number]>(1);
      nettop.signal('SIGINT');
      assert.deepEqual([await nettop.exited, nettop.errors], [0, '']);

      const { ringFull, rateLimited, displayDropped, recursionMissed } =
        nettop.summary?.lost ?? assert.fail('no summary');
      const counted = POINTS.length * (udpCounter(namespace, 'OutDatagrams') - before);
      t.diagnostic(
        `${Math.round((POINTS.length * sent) / seconds)} events/s; ${counted} counted, ${nettop.flood} written, ` +
          `${displayDropped} overtaken, ${ringFull} without room, ${recursionMissed} missed; ${early} then ${late} KiB`,
      );
      assert.equal(counted, POINTS.length * sent);
      const missing = counted - nettop.flood - ringFull - rateLimited - displayDropped;
      assert.ok(missing >= 0 && missing <= recursionMissed, `${missing} of ${counted} are not told`);
      assert.ok(late - early < MORE_KIB, `${early} KiB, then ${late}`);
    },
    ['ip', 'python3'],
  ),
);
