import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Captured, capture } from './capture.ts';
import { live } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { startPython } from './python.ts';
import type { PacketLine } from './rows.ts';
import { socketInfo } from './ss.ts';
import { seenAt, shared, startTrace } from './tracing.ts';
import { until } from './until.ts';

const TOOLS = ['tcpdump', 'tshark'];

/** All on one processor: packets then pass in one order, wherever they are seen. */
const ONE_CPU = { within: ['taskset', '-c', '0'] };

/** The loopback's gso_max_size: what is longer is segmented after __dev_queue_xmit. */
const LONGEST = 65_536;

/** An exchange of small and large segments in both directions, from SYN to the last ACK; returns the client's port. */
async function exchange(server: Peer, client: Peer, host: string, port: number): Promise<number> {
  const local = await client.ask('connect', host, port);
  await client.ask('converse', 20, 1000);
  await client.ask('converse', 5, 200_000);
  await client.ask('finish');
  await server.ask('finish');
  await until('the server has closed', () => socketInfo(port, local) === null);
  return local;
}

/** Functions at which every packet is what the wire carries. */
const ON_THE_WIRE = ['dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb'];
/** Functions that may see a segment before it is cut into what the wire carries. */
const BEFORE_SEGMENTATION = ['__dev_queue_xmit', 'consume_skb', 'kfree_skb'];
/** Has no header yet, or only a socket. */
const NO_HEADER = ['tcp_retransmit_skb', 'sock_def_readable'];

/** Packets at any function that are none of those in the capture. */
function notCaptured(packets: PacketLine[], captured: Captured[]): PacketLine[] {
  const whole = new Set(captured.map((packet) => JSON.stringify(packet)));
  const numbers = ({ sequence, acknowledgment }: PacketLine | Captured) => `${sequence} ${acknowledgment}`;
  const begun = new Set(captured.map(numbers));
  return packets.filter((packet) => {
    const part = BEFORE_SEGMENTATION.includes(packet.function) && packet.length > LONGEST;
    if (part || NO_HEADER.includes(packet.function))
      return packet.sequence !== null && !begun.has(numbers(packet));
    return !whole.has(JSON.stringify(shared(packet)));
  });
}

for (const host of ['127.0.0.1', '::1']) {
  test(
    `a TCP exchange over ${host}: every packet, sequence and acknowledgment number as captured`,
    live(async (t) => {
      const server = await startPeer(t, ONE_CPU);
      const client = await startPeer(t, ONE_CPU);
      const port = await server.ask('listen', host, 'echo');
      await client.ask('bindUdp', host);
      const args = ['-p', `${port}`, '--rate-limit', '0'];
      const nettop = await startTrace(t, args, () => client.ask('sendUdp', 1, 10, host, port));
      const endCapture = await capture(t, `tcp port ${port}`);
      const local = await exchange(server, client, host, port);
      const { lost } = await nettop.end();
      const captured = await endCapture();

      assert.deepEqual(lost, { ringFull: 0, rateLimited: 0, recursionMissed: 0, displayDropped: 0 });
      const tcp = nettop.packets.filter(({ protocol }) => protocol === 'tcp');
      for (const name of ON_THE_WIRE) assert.deepEqual(seenAt(tcp, name).map(shared), captured, name);
      assert.deepEqual(notCaptured(tcp, captured), []);

      const data = tcp.filter(({ length }) => length > 1000);
      const owner = { [port]: server.pid, [local]: client.pid };
      const wrong = data.filter(({ function: name, sourcePort, destinationPort, pid }) => {
        const at = /xmit|retransmit/.test(name) ? sourcePort : destinationPort;
        return name !== 'consume_skb' && owner[at ?? 0] !== pid;
      });
      assert.deepEqual(wrong, [], 'a packet belongs to the process that sends it or will receive it');
    }, TOOLS),
  );

  test(
    `UDP over ${host}: every datagram, without sequence numbers`,
    live(async (t) => {
      const receiver = await startPeer(t, ONE_CPU);
      const sender = await startPeer(t, ONE_CPU);
      const port = await receiver.ask('bindUdp', host);
      await sender.ask('bindUdp', host);
      const args = ['-p', `${port}`, '--proto', 'udp'];
      const nettop = await startTrace(t, args, () => sender.ask('sendUdp', 1, 10, host, port));
      const endCapture = await capture(t, `udp port ${port}`);
      for (let length = 100; length < 140; length++) await sender.ask('sendUdp', 1, length, host, port);
      await until('the datagrams', async () => (await receiver.ask('received')) > 4000);
      await nettop.end();
      const captured = await endCapture();
      assert.equal(captured.length, 40);
      const [first] = captured;
      const after = nettop.packets.filter(({ length }) => length >= (first?.length ?? 0));
      for (const name of ON_THE_WIRE) assert.deepEqual(seenAt(after, name).map(shared), captured, name);
    }, TOOLS),
  );

  test(
    `ICMP over ${host}: every echo request and reply`,
    live(
      async (t) => {
        const protocol = host === '::1' ? 'icmp6' : 'icmp';
        const small = () => startPython(t, 'echo', host, 1, 16).tells(0);
        const nettop = await startTrace(t, [`${protocol} and host ${host}`], small);
        const endCapture = await capture(t, protocol);
        assert.equal(await startPython(t, 'echo', host, 10, 432).tells(0), 10);
        await nettop.end();
        const large = (packets: Captured[]) =>
          packets.filter(
            ({ protocol, length }) => protocol.startsWith('icmp') && length > 400 && length < 500,
          );
        const captured = large(await endCapture());
        assert.equal(captured.length, 20);
        assert.deepEqual(large(seenAt(nettop.packets, 'netif_receive_skb').map(shared)), captured);
      },
      [...TOOLS, 'python3'],
    ),
  );
}
