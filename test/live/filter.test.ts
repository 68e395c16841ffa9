import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { live, startNettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import type { PacketLine } from './rows.ts';
import { seenAt, startTrace } from './tracing.ts';
import { until } from './until.ts';

const UNLIMITED = ['--rate-limit', '0'];
const NOTHING_LOST = { ringFull: 0, rateLimited: 0, recursionMissed: 0, displayDropped: 0 };

interface Conversation {
  server: Peer;
  client: Peer;
  port: number;
  local: number;
}

/** A TCP connection between two processes of its own, and a UDP socket beside each end. */
async function connect(t: TestContext, host: string, name = 'nt-client'): Promise<Conversation> {
  const server = await startPeer(t, { name: 'nt-server' });
  const client = await startPeer(t, { name });
  const port = await server.ask('listen', host, 'echo');
  const local = await client.ask('connect', host, port);
  await client.ask('bindUdp', host);
  return { server, client, port, local };
}

const ports = ({ sourcePort, destinationPort }: PacketLine) => [sourcePort, destinationPort];

/** Packets that are not as a filter wants them. */
const except = (packets: PacketLine[], wanted: (packet: PacketLine) => boolean) =>
  packets.filter((packet) => !wanted(packet));

/** Packets at functions where they are another process's, and that were not this one's before. */
function strayed(packets: PacketLine[], pid: number): PacketLine[] {
  const chosen = new Set<string>();
  return packets.filter((packet) => {
    const identity = `${packet.skb} ${packet.sequence}`;
    if (packet.pid === pid) chosen.add(identity);
    return !chosen.has(identity);
  });
}

test(
  'a port without traffic beside a heavy flow: no packet reaches the ring',
  live(async (t) => {
    const heavy = await connect(t, '127.0.0.1');
    const quiet = await connect(t, '127.0.0.1');
    const flow = heavy.client.ask('converse', 100_000, 10_000); // ends with the test
    flow.catch(() => {});
    const nettop = startNettop(t, [
      'trace',
      '--json',
      ...UNLIMITED,
      '-p',
      `${quiet.port}`,
      '--duration',
      '1s',
    ]);
    const { events, lost } = await nettop.ended();
    assert.deepEqual({ events, lost }, { events: 0, lost: NOTHING_LOST });

    const probe = () => quiet.client.ask('sendUdp', 1, 10, '127.0.0.1', quiet.port);
    const again = await startTrace(t, [...UNLIMITED, '-p', `${quiet.port}`], probe);
    const before = await heavy.client.ask('received');
    await until('the heavy flow', async () => (await heavy.client.ask('received')) > before + 5_000_000);
    await quiet.client.ask('converse', 1, 100);
    const summary = await again.end();
    assert.equal(summary.events, again.packets.length);
    assert.deepEqual(
      except(again.packets, (packet) => ports(packet).includes(quiet.port)),
      [],
    );
    assert.ok(again.packets.some(({ protocol, pid }) => protocol === 'tcp' && pid === quiet.client.pid));
  }),
);

test(
  'an address, a protocol and an expression: those packets, all of them, no others',
  live(async (t) => {
    const wanted = await connect(t, '127.0.0.1');
    const other = await connect(t, '127.0.0.1');
    const port = await wanted.server.ask('bindUdp', '127.0.0.8');
    const elsewhere = await other.server.ask('bindUdp', '127.0.0.9');
    const send = (bytes: number) => wanted.client.ask('sendUdp', 1, bytes, '127.0.0.8', port);
    for (const args of [
      ['-i', '127.0.0.8', '--proto', 'udp'],
      ['udp', 'and', 'dst', 'port', `${port}`, 'and', 'len', '>=', '38'],
      [`dst 127.0.0.8 and not tcp`],
    ]) {
      const nettop = await startTrace(t, [...UNLIMITED, ...args], () => send(10));
      await other.client.ask('sendUdp', 20, 500, '127.0.0.9', elsewhere);
      await wanted.client.ask('converse', 5, 500);
      for (let bytes = 500; bytes < 520; bytes++) await send(bytes);
      const { events, lost } = await nettop.end();
      assert.deepEqual({ events, lost }, { events: nettop.packets.length, lost: NOTHING_LOST });
      assert.deepEqual(
        except(nettop.packets, (packet) => packet.protocol === 'udp' && packet.destination === '127.0.0.8'),
        [],
      );
      const lengths = seenAt(nettop.packets, 'netif_receive_skb').map(({ length }) => length);
      assert.deepEqual(
        lengths.filter((length) => length > 38),
        Array.from({ length: 20 }, (_, n) => 528 + n),
        args.join(' '),
      );
    }
  }),
);

test(
  'a pid: both directions of its connections, none of others',
  live(async (t) => {
    const mine = await connect(t, '::1');
    const other = await connect(t, '::1');
    const args = [...UNLIMITED, '--pid', `${mine.client.pid}`];
    const nettop = await startTrace(t, args, () => mine.client.ask('converse', 1, 10));
    await other.client.ask('converse', 20, 1000);
    await mine.client.ask('converse', 20, 1000);
    const { events } = await nettop.end();
    assert.equal(events, nettop.packets.length);
    const isMine = (packet: PacketLine) =>
      ports(packet).includes(mine.local) && ports(packet).includes(mine.port);
    assert.deepEqual(except(nettop.packets, isMine), []);
    assert.deepEqual(strayed(nettop.packets, mine.client.pid), []);
    const data = nettop.packets.filter(({ length }) => length > 1000);
    assert.equal(seenAt(data, '__dev_queue_xmit').filter((p) => p.sourcePort === mine.local).length, 20);
    assert.equal(
      seenAt(data, 'netif_receive_skb').filter((p) => p.destinationPort === mine.local).length,
      20,
    );
  }),
);

test(
  'a process name, which user space finishes: its packets, none of others',
  live(async (t) => {
    // Another run of the tests has its own.
    const name = `nt-${process.pid}-it`;
    const mine = await connect(t, '127.0.0.1', name);
    const other = await connect(t, '127.0.0.1', 'nt-other');
    const args = [...UNLIMITED, 'process', name];
    const nettop = await startTrace(t, args, () => mine.client.ask('converse', 1, 10));
    await other.client.ask('converse', 20, 1000);
    await mine.client.ask('converse', 20, 1000);
    const { events } = await nettop.end();
    assert.ok(events >= nettop.packets.length);
    assert.deepEqual(strayed(nettop.packets, mine.client.pid), []);
    const data = nettop.packets.filter(({ length }) => length > 1000);
    assert.equal(seenAt(data, '__dev_queue_xmit').filter((p) => p.sourcePort === mine.local).length, 20);
  }),
);
