import assert from 'node:assert/strict';
import { type Case, familyOf, type Manner, move, setSysctl, type Truth, truthOf } from './bench.ts';
import type { Mover } from './mover.ts';

const HOSTS = ['127.0.0.1', '::1'];
/** So many that they fit into the receiver's buffer. */
const DATAGRAMS = 40;
const ANSWER = 1234;

/** Datagrams of 1,000 bytes unless told otherwise, and one back. */
const datagrams = (name: string, manner: Manner = {}, host = '127.0.0.1'): Case => ({
  name,
  async run(bench) {
    const pair = await bench.datagramPair(host);
    const bytes = DATAGRAMS * 1000;
    if (manner.receive === 'call' && manner.send === 'segments')
      await pair.server.do('set', 'receive-segments', 1);
    await move(pair.client, pair.server, bytes, { size: 1000, ...manner });
    await move(pair.server, pair.client, ANSWER, { size: ANSWER });
    return truthOf(pair, 'udp', bytes, ANSWER);
  },
});

/** Sockets that have no far end of their own: each datagram goes with an address, and who sent it is not asked. */
const addressed = (host: string): Case => ({
  name: `UDP to an address, over ${host}`,
  async run(bench) {
    const [server, client] = [bench.mover(), bench.mover()];
    for (const end of [server, client]) await end.do('socket', 'udp', familyOf(host));
    const port = await server.do('bind', host, 0);
    const clientPort = await client.do('bind', host, 0);
    await client.do('to', host, port);
    await move(client, server, DATAGRAMS * 500, { size: 500 });
    return truthOf({ server, client, port, clientPort }, 'udp', DATAGRAMS * 500, 0).map((truth) => ({
      ...truth,
      connections: truth.connections.map((flow) =>
        truth.who === 'server' ? { ...flow, remotePort: 0 } : flow,
      ),
    }));
  },
});

/** A receiver whose buffer is too small: what does not fit is gone. */
const cut: Case = {
  name: 'UDP: larger than the buffer',
  async run(bench) {
    const pair = await bench.datagramPair('127.0.0.1');
    await pair.client.do('send', DATAGRAMS * 1000, 1000, 'call');
    assert.equal(await pair.server.do('receive', DATAGRAMS * 100, 100, 'call'), DATAGRAMS * 100);
    const [server] = truthOf(pair, 'udp', DATAGRAMS * 100, 0);
    const [, client] = truthOf(pair, 'udp', DATAGRAMS * 1000, 0);
    return [server, client].filter((truth) => truth !== undefined);
  },
};

const CROWD = 4;
const EACH = 5000;

/** Eight processes at once: a small machine takes many of them from the middle of a call. */
const crowd: Case = {
  name: 'UDP: 20,000 datagrams, eight processes at once',
  async run(bench) {
    const pairs = await Promise.all(Array.from({ length: CROWD }, () => bench.datagramPair('127.0.0.1')));
    const bytes = EACH * 100;
    await Promise.all(pairs.map(({ client, server }) => move(client, server, bytes, { size: 100 })));
    return pairs.flatMap((pair, index) =>
      truthOf(pair, 'udp', bytes, 0).map((truth) => ({ ...truth, who: `${truth.who} ${index}` })),
    );
  },
};

const ECHO_BYTES = 500;
const HEADER_BYTES = { 4: 20, 6: 0 };

/** A socket that sends echo requests and gets what comes: `copies` of each, with `more` bytes before. */
async function echo(one: Mover, host: string, kind: string, copies: number, more: number): Promise<Truth[]> {
  const family = familyOf(host);
  await one.do('socket', kind, family);
  await one.do('to', host, 0);
  await one.do('echo', family === 4 ? 8 : 128, ECHO_BYTES);
  const received = copies * DATAGRAMS * (ECHO_BYTES + more);
  for (let n = 0; n < DATAGRAMS; n++) {
    await one.do('send', ECHO_BYTES, ECHO_BYTES, 'call');
    await one.do('receive', received / DATAGRAMS, 2000, 'call');
  }
  return [alone('echo', one, received, DATAGRAMS * ECHO_BYTES)];
}

const alone = (who: string, { pid }: Mover, received: number, sent: number): Truth => ({
  who,
  pid,
  received,
  sent,
  connections: [],
});

/** Over loopback a raw ICMP socket gets the request as well; an IPv4 raw socket also gets the IP header. */
const icmp = (host: string): Case[] => [
  {
    name: `ICMP: echo over a datagram socket, ${host}`,
    async run(bench) {
      const { within } = bench.namespace();
      // to all groups: a namespace begins with none, and it counts for ICMPv6 as well
      setSysctl(within, 'net.ipv4.ping_group_range=0 2147483647');
      return echo(bench.mover(within), host, 'ping', 1, 0);
    },
  },
  {
    name: `ICMP: echo over a raw socket, ${host}`,
    run: (bench) => echo(bench.mover(), host, 'icmp', 2, HEADER_BYTES[familyOf(host)]),
  },
  {
    name: `raw: a protocol without a name, ${host}`,
    async run(bench) {
      const [server, client] = [bench.mover(), bench.mover()];
      for (const end of [server, client]) await end.do('socket', 'raw', familyOf(host));
      await server.do('bind', host, 0);
      await client.do('to', host, 0);
      const sent = DATAGRAMS * 600;
      const received = sent + DATAGRAMS * HEADER_BYTES[familyOf(host)];
      await client.do('send', sent, 600, 'call');
      await server.do('receive', received, 2000, 'call');
      return [alone('server', server, received, 0), alone('client', client, 0, sent)];
    },
  },
];

export const datagramCases: readonly Case[] = [
  ...HOSTS.map((host) => datagrams(`UDP, connected, over ${host}`, {}, host)),
  ...HOSTS.map(addressed),
  datagrams('UDP: write and read', { send: 'write', receive: 'write' }),
  datagrams('UDP: sendmsg and recvmsg', { send: 'message', receive: 'message' }),
  datagrams('UDP: sendmmsg and recvmmsg', { send: 'many', size: 8000, receive: 'many' }),
  datagrams('UDP: recvmmsg with a time limit', { receive: 'timed' }),
  datagrams('UDP: MSG_PEEK', { receive: 'peek' }),
  cut,
  datagrams('UDP: MSG_TRUNC', { receive: 'discard', receiveSize: 100 }),
  datagrams('UDP: empty ones among others', { send: 'empty', receive: 'empty' }),
  datagrams('UDP: GSO', { send: 'segments', size: 10_000, receive: 'write' }),
  datagrams('UDP: GSO and GRO', { send: 'segments', size: 10_000, receive: 'call' }),
  datagrams('UDP: MSG_ZEROCOPY', { send: 'zerocopy' }),
  datagrams('UDP: sendfile and splice', { send: 'file', receive: 'splice' }),
  datagrams('UDP: splice', { send: 'splice' }),
  datagrams('UDP: io_uring', { send: 'ring', receive: 'ring' }),
  datagrams("UDP: io_uring, by the kernel's threads", { send: 'ring-thread', receive: 'ring-thread' }),
  datagrams('UDP: EAGAIN', { send: 'nonblocking', receive: 'nonblocking' }),
  crowd,
  ...HOSTS.flatMap(icmp),
];
