import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live, type Nettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import type { InterfaceLine, WireLine } from './rows.ts';
import { counts, lastLine, setTso, startWire, whole, withoutIpv6 } from './wire-counts.ts';

const DISCARD = 9; // RFC 863: nothing listens there
const NOTHING: WireLine = { receivePackets: 0, receiveBytes: 0, transmitPackets: 0, transmitBytes: 0 };

interface Ends {
  near: Namespace;
  far: Namespace;
  nettop: Nettop;
}

/** Two namespaces with a cable, whose devices say nothing by themselves, and nettop at one end of it. */
async function startEnds(t: TestContext): Promise<Ends> {
  const [near, far] = [createNamespace(t), createNamespace(t)];
  for (const namespace of [near, far]) withoutIpv6(namespace);
  connectNamespaces(near, far);
  return { near, far, nettop: await startWire(t, near) };
}

/** Ends nettop; both ends of the cable, all of whose frames are somebody's, and counted as the device does. */
async function finish(
  { near, far, nettop }: Ends,
  isGivenSegments = false,
): Promise<{ here: InterfaceLine; there: InterfaceLine }> {
  await nettop.end();
  const line = ({ netns }: InterfaceLine) => netns;
  const there = nettop.interfaces.findLast((one) => line(one) === inode(far) && one.interface !== 'lo');
  const here = lastLine(nettop, 'cable', inode(near));
  assert.deepEqual(here.device, counts(isGivenSegments ? here : here.buffers));
  assert.deepEqual(whole(here), counts(here));
  assert.deepEqual([here.forwarded, here.other, there?.forwarded, there?.other], Array(4).fill(NOTHING));
  return { here, there: there ?? assert.fail() };
}

const wireOf = ({ processes }: Nettop, pid: number) => processes.findLast((line) => line.pid === pid)?.wire;

test(
  'the first datagrams of sockets that nobody knew, from their first on; a closed port is the kernel’s',
  live(async (t) => {
    const ends = await startEnds(t);
    const receiver = await startPeer(t, { within: ends.far.within });
    const port = await receiver.ask('bindUdp', '192.0.2.2');
    const sender = await startPeer(t, { within: ends.near.within });
    await sender.ask('bindUdp', '192.0.2.1');
    await sender.ask('sendUdp', 3, 100, '192.0.2.2', port);
    await sender.ask('sendUdp', 2, 100, '192.0.2.2', DISCARD);
    await ends.nettop.until(
      'the datagrams',
      () => wireOf(ends.nettop, receiver.pid)?.udp.receivePackets === 3,
    );
    const { here, there } = await finish(ends);
    const frame = 14 + 20 + 8 + 100;
    const sent = { ...NOTHING, transmitPackets: 5, transmitBytes: 5 * frame };
    const taken = { ...NOTHING, receivePackets: 3, receiveBytes: 3 * frame };
    assert.deepEqual([wireOf(ends.nettop, sender.pid)?.udp, here.attributed], [sent, sent]);
    assert.deepEqual([wireOf(ends.nettop, receiver.pid)?.udp, there.attributed], [taken, taken]);
    // ARP, and what the closed port answers
    assert.equal(there.kernel.receiveBytes, 2 * frame + 42 * (there.kernel.receivePackets - 2));
    assert.equal(
      here.kernel.receiveBytes,
      2 * (14 + 20 + 8 + 20 + 108) + 42 * (here.kernel.receivePackets - 2),
    );
  }),
);

test(
  'segments that are retransmitted count each time; the payload counts once',
  live(
    async (t) => {
      const size = 1_000_000;
      const ends = await startEnds(t);
      setTso(ends.near, 'cable', false); // a large packet would be lost as a whole, and take long to come again
      runIn(ends.far, 'nft', 'table ip t { chain c { type filter hook prerouting priority 0; }; }');
      runIn(ends.far, 'nft', 'add rule ip t c meta length > 1000 numgen inc mod 40 == 7 counter drop');
      const receiver = await startPeer(t, { within: ends.far.within });
      const sender = await startPeer(t, { within: ends.near.within });
      await sender.ask('connect', '192.0.2.2', await receiver.ask('listen', '192.0.2.2'));
      await sender.ask('send', size);
      const line = () => ends.nettop.processes.findLast(({ pid }) => pid === receiver.pid);
      await ends.nettop.until('all bytes', () => line()?.receiveBytes === size);
      const again = Number(/bytes_retrans:(\d+)/.exec(runIn(ends.near, 'ss', '-tinH'))?.[1]);
      const { here, there } = await finish(ends, true);
      const { transmitPackets, transmitBytes } = here.attributed;
      assert.equal(again > 0, true);
      assert.equal(transmitBytes, size + again + transmitPackets * (14 + 20 + 32) + 8); // the SYN has 8 more
      assert.equal(there.attributed.receiveBytes, transmitBytes);
    },
    ['nft', 'ss', 'python3'],
  ),
);

test(
  'fifty short connections: every frame has its process, those after the end too',
  live(async (t) => {
    const ends = await startEnds(t);
    const server = await startPeer(t, { within: ends.far.within });
    const client = await startPeer(t, { within: ends.near.within });
    const port = await server.ask('listen', '192.0.2.2', 'close');
    await client.ask('sendByMany', '192.0.2.2', port, 50, 3000);
    await ends.nettop.until('all connections', () => {
      const line = ends.nettop.processes.findLast(({ pid }) => pid === server.pid);
      return line?.receiveBytes === 150_000;
    });
    const { here, there } = await finish(ends);
    assert.deepEqual([here.closed, there.closed], [NOTHING, NOTHING]);
    assert.deepEqual(wireOf(ends.nettop, client.pid)?.tcp, here.attributed);
    assert.deepEqual(wireOf(ends.nettop, server.pid)?.tcp, there.attributed);
    assert.equal(here.attributed.transmitBytes, there.attributed.receiveBytes);
  }),
);

test(
  'a refused connection: the SYN and its reset are the process’s here, and the kernel’s there',
  live(async (t) => {
    const ends = await startEnds(t);
    const client = await startPeer(t, { within: ends.near.within });
    await client.ask('beginConnect', '192.0.2.2', DISCARD);
    await ends.nettop.until('the reset', () => wireOf(ends.nettop, client.pid)?.tcp.receivePackets === 1);
    const { here, there } = await finish(ends);
    const refused = { receivePackets: 1, receiveBytes: 54, transmitPackets: 1, transmitBytes: 74 };
    assert.deepEqual([here.attributed, there.attributed, there.closed], [refused, NOTHING, NOTHING]);
  }),
);

test(
  'echoes: requests and replies are the asking process’s; who answers is a kernel',
  live(
    async (t) => {
      const ends = await startEnds(t);
      const ping = startPythonWithin(t, ends.near.within, 'ping', '192.0.2.2', 4);
      await ping.tells(0);
      await ends.nettop.until('its line', () => wireOf(ends.nettop, ping.pid)?.icmp.receivePackets === 4);
      const { here, there } = await finish(ends);
      const bytes = 4 * (14 + 20 + 8 + 56);
      const all = { receivePackets: 4, receiveBytes: bytes, transmitPackets: 4, transmitBytes: bytes };
      assert.deepEqual([here.attributed, there.attributed], [all, NOTHING]);
    },
    ['python3'],
  ),
);

test(
  'the fragments of a datagram are those of the process that the first one is for',
  live(async (t) => {
    const ends = await startEnds(t);
    const receiver = await startPeer(t, { within: ends.far.within });
    const port = await receiver.ask('bindUdp', '192.0.2.2');
    const sender = await startPeer(t, { within: ends.near.within });
    await sender.ask('bindUdp', '192.0.2.1');
    await sender.ask('sendUdp', 1, 10, '192.0.2.2', port);
    await ends.nettop.until(
      'the receiver',
      () => wireOf(ends.nettop, receiver.pid)?.udp.receivePackets === 1,
    );
    await sender.ask('sendUdp', 2, 4000, '192.0.2.2', port);
    await ends.nettop.until(
      'all fragments',
      () => wireOf(ends.nettop, receiver.pid)?.udp.receivePackets === 7,
    );
    const { here, there } = await finish(ends);
    const bytes = 7 * 34 + 18 + 2 * 4008;
    assert.deepEqual(here.attributed, { ...NOTHING, transmitPackets: 7, transmitBytes: bytes });
    assert.deepEqual(there.attributed, { ...NOTHING, receivePackets: 7, receiveBytes: bytes });
  }),
);
