import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { Capture } from '../../src/capture/capture.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import type { PacketRow } from '../../src/model/model.ts';
import type { Question } from '../../src/model/question.ts';
import { ALL_TRACED, questionOf } from '../fixtures/question.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { until } from './until.ts';

/** One page has room for 19 events. */
const RING_BYTES = 4096;
/** So many wait in a socket's buffer. */
const DATAGRAMS = 50;
const BYTES = 10;
/** A datagram's way over loopback by hop, and the function behind it that has only its socket. */
const WAY = ['__dev_queue_xmit', 'dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb'];
const DELIVERED = 'sock_def_readable';
/** Where the socket is full, and where its reader frees what it took, which not every datagram passes. */
const DROPPED = 'kfree_skb';
const FREED = 'consume_skb';

function question(filter: string): Question {
  return questionOf({ filter: parseFilter(filter), views: { journeys: ALL_TRACED } });
}

/**
 * Loopback that lets one datagram pass in 4 ms: all that are sent at once wait at its queue. Their first events fill
 * the ring; it is read then, and has room for the rest of each way.
 */
function slowLoopback(t: TestContext): string[] {
  const { within } = createNamespace(t);
  const [command = '', ...before] = within;
  const queue = [
    'qdisc',
    'add',
    'dev',
    'lo',
    'root',
    'tbf',
    'rate',
    '100kbit',
    'burst',
    '100',
    'latency',
    '10s',
  ];
  assert.equal(spawnSync(command, [...before, 'tc', ...queue]).status, 0);
  return within;
}

async function sendAndRead(capture: Capture, client: Peer, server: Peer, port: number): Promise<PacketRow[]> {
  const due = (await server.ask('received')) + DATAGRAMS * BYTES;
  await client.ask('sendUdp', DATAGRAMS, BYTES, '127.0.0.1', port);
  let arrived = false;
  while (!arrived) {
    capture.drain();
    arrived = (await server.ask('received')) === due;
  }
  capture.drain();
  return capture.take('trace', ALL_TRACED.rows);
}

function byPacket(rows: readonly PacketRow[]): Map<string, PacketRow[]> {
  const packets = new Map<string, PacketRow[]>();
  for (const row of rows)
    if (row.packet !== '') packets.set(row.packet, [...(packets.get(row.packet) ?? []), row]);
  return packets;
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Events that a packet lost before its last one that was seen. */
const gap = (rows: PacketRow[]): number => (rows.at(-1)?.hop ?? 0) - rows.length;

test(
  'a ring of one page: at each function what was read and what found no room are what was sent; who lost an event shows it',
  live(async (t) => {
    const within = slowLoopback(t);
    const server = await startPeer(t, { within });
    const client = await startPeer(t, { within });
    const port = await server.ask('bindUdp', '127.0.0.1');
    await client.ask('bindUdp', '127.0.0.1');
    const options = { attach: 'tracepoint', rateLimit: 0, rawHeaders: false, kernelStack: false } as const;
    const capture = new Capture(
      {
        ...options,
        ringBytes: RING_BYTES,
        eventBytes: 4096,
        points: TRACE_POINTS,
      },
      new RunningMachine(),
    );
    t.after(() => capture.stop());
    capture.ask(question(`udp and dst port ${port}`));
    const rows: PacketRow[] = [];
    let sent = 0;
    await until('a packet with a gap and one without', async () => {
      rows.push(...(await sendAndRead(capture, client, server, port)));
      sent += DATAGRAMS;
      const gaps = [...byPacket(rows).values()].map(gap);
      return gaps.some((lost) => lost > 0) && gaps.some((lost) => lost === 0);
    });
    capture.finish();
    rows.push(...capture.take('trace', ALL_TRACED.rows));
    const { status, journeys } = capture.answer();
    const { counts, attachments } = capture.debug();

    for (const { hits, filtered, limited, ringFull, emitted } of counts)
      assert.equal(filtered + limited + ringFull + emitted, hits);
    const read = (name: string) => rows.filter((row) => row.function === name).length;
    const noRoom = (name: string) =>
      counts[attachments.find(({ point }) => point.function === name)?.number ?? -1]?.ringFull ?? 0;
    const told = (name: string) => read(name) + noRoom(name);
    // A program that the kernel skipped counts nothing but that.
    const skipped = [...WAY.map(told), told(DELIVERED) + told(DROPPED)].map((count) => sent - count);
    assert.ok(Math.min(...skipped) >= 0, `${skipped} of ${sent}`);
    assert.ok(sum(skipped) <= status.lost.recursionMissed, `${skipped} of ${sent}`);
    assert.equal(status.lost.ringFull, sum([...WAY, DELIVERED, DROPPED, FREED].map(noRoom)));
    assert.ok(status.lost.ringFull > 0);
    assert.equal(status.lost.rateLimited, 0);
    assert.equal(status.events, rows.length);

    const packets = byPacket(rows);
    for (const row of [...packets.values()].flat())
      assert.ok(
        [WAY[row.hop - 1] ?? DROPPED, FREED].includes(row.function),
        `${row.function} as hop ${row.hop}`,
      );
    const shown = new Map(journeys?.rows.map(({ packet, lost }) => [packet, lost]));
    assert.deepEqual(shown, new Map([...packets].map(([packet, way]) => [packet, gap(way)])));
  }),
);
