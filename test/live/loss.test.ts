import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { PacketLine } from './rows.ts';
import { seenAt, startTrace } from './tracing.ts';

const RATE = 200;
/** What may pass at once, in seconds at the full rate: far more than nettop lets pass. */
const BURST_SECONDS = 1;

/** Datagrams beside a flood; IPv4's and UDP's headers. */
const FEW = 50;
const UDP_HEADERS = 28;

const identity = ({ skb, sequence, acknowledgment }: PacketLine) => `${skb} ${sequence} ${acknowledgment}`;

test(
  'over the rate limit: what is held back is counted, what passes keeps its whole path',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const port = await server.ask('listen', '127.0.0.1', 'echo');
    await client.ask('bindUdp', '127.0.0.1');
    const args = ['-p', `${port}`, '--rate-limit', `${RATE}`];
    const nettop = await startTrace(t, args, () => client.ask('sendUdp', 1, 10, '127.0.0.1', port));
    await client.ask('connect', '127.0.0.1', port);
    await client.ask('converse', 2000, 1000);
    const { events, lost, durationSeconds } = await nettop.end();

    assert.ok(lost.rateLimited > 0, `${lost.rateLimited} over the limit`);
    assert.equal(lost.ringFull, 0);
    assert.equal(nettop.packets.length, events - lost.displayDropped);
    const received = seenAt(nettop.packets, 'netif_receive_skb');
    const most = RATE * (durationSeconds + BURST_SECONDS);
    assert.ok(received.length <= most, `${received.length} packets passed a limit of ${most}`);
    const tcp = (name: string) =>
      seenAt(nettop.packets, name)
        .filter(({ protocol }) => protocol === 'tcp')
        .map(identity)
        .sort();
    assert.ok(tcp('netif_rx').length > 0);
    assert.deepEqual(tcp('netif_receive_skb'), tcp('netif_rx'));
    assert.deepEqual(tcp('dev_hard_start_xmit'), tcp('netif_rx'));
    const whole = new Set(tcp('netif_rx'));
    const stray = tcp('sock_def_readable').filter((packet) => !packet.startsWith(' ') && !whole.has(packet));
    assert.deepEqual(stray, []);
  }),
);

test(
  'ended in the middle of a flood without a limit: every event is written or counted as dropped',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const port = await server.ask('bindUdp', '127.0.0.1');
    await client.ask('bindUdp', '127.0.0.1');
    const send = (count: number) => client.ask('sendUdp', count, 10, '127.0.0.1', port);
    const nettop = await startTrace(t, ['-p', `${port}`, '--rate-limit', '0'], () => send(1));
    send(10_000_000).catch(() => {}); // ends with the test
    await nettop.until('many packets', () => nettop.packets.length > 50_000);
    const { events, lost } = await nettop.end();
    assert.equal(lost.rateLimited, 0);
    assert.equal(nettop.packets.length, events - lost.displayDropped);
  }),
);

test(
  'few packets beside a flood: each arrives with its whole path',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const [flooded, port] = [
      await server.ask('bindUdp', '127.0.0.1'),
      await server.ask('bindUdp', '127.0.0.1'),
    ];
    await client.ask('bindUdp', '127.0.0.1');
    const flooder = await startPeer(t);
    await flooder.ask('bindUdp', '127.0.0.1');
    flooder.ask('sendUdp', 10_000_000, 10, '127.0.0.1', flooded).catch(() => {}); // ends with the test
    const send = (bytes: number) => client.ask('sendUdp', 1, bytes, '127.0.0.1', port);
    const nettop = await startTrace(t, [`udp and dst port ${port}`], () => send(10));
    for (let n = 0; n < FEW; n++) await send(20);
    const wanted = (): PacketLine[] => nettop.packets.filter(({ length }) => length === 20 + UDP_HEADERS);
    await nettop.until('the last one', () => seenAt(wanted(), 'netif_receive_skb').length === FEW);
    const { lost } = await nettop.end();
    const paths = new Map<string, string[]>();
    for (const { packet, hop, function: name } of wanted())
      paths.set(packet, [...(paths.get(packet) ?? []), `${hop} ${name}`]);
    const way = ['1 __dev_queue_xmit', '2 dev_hard_start_xmit', '3 netif_rx', '4 netif_receive_skb'];
    const ways = [...paths.values()].map((path) => path.slice(0, way.length));
    assert.deepEqual(ways, new Array(FEW).fill(way));
    assert.equal(lost.ringFull + lost.rateLimited + lost.displayDropped, 0);
  }),
);
