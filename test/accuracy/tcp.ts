import assert from 'node:assert/strict';
import { type Bench, type Case, type Manner, move, truthOf } from './bench.ts';

const HOSTS = ['127.0.0.1', '::1'];
/** Any number: not the same both ways, not a multiple of a segment. */
const ANSWER = 12_345;

/** A request one way and an answer back, by calls of this manner. */
const stream = (name: string, manner: Manner = {}, host = '127.0.0.1'): Case => ({
  name,
  async run(bench) {
    const pair = await bench.pair(host);
    await move(pair.client, pair.server, bench.bytes, manner);
    await move(pair.server, pair.client, ANSWER);
    return truthOf(pair, 'tcp', bench.bytes, ANSWER);
  },
});

/** A receiver that does not take anything until the sender found no room. */
async function crowded(bench: Bench): Promise<ReturnType<typeof truthOf>> {
  const pair = await bench.pair('127.0.0.1');
  await pair.client.do('set', 'send-buffer', 20_000);
  const sending = pair.client.ask('send', bench.bytes, 30_000, 'nonblocking');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const received = await pair.server.do('receive', bench.bytes, 3_000, 'nonblocking');
  const { value, partial, again } = await sending;
  assert.deepEqual([value, received], [bench.bytes, bench.bytes]);
  assert.ok(partial > 0 && again > 0, `partial ${partial}, EAGAIN ${again}`);
  return truthOf(pair, 'tcp', bench.bytes, 0);
}

/** A receiver that maps the pages in which the bytes came, as far as they are whole. */
async function mapped(bench: Bench): Promise<ReturnType<typeof truthOf>> {
  const pair = await bench.pair('127.0.0.1');
  await move(pair.client, pair.server, bench.bytes, { send: 'pages', size: 32_768, receive: 'pages' });
  const pages = await pair.server.do('mapped');
  assert.ok(pages > 0 && pages < bench.bytes, `${pages} of ${bench.bytes} bytes mapped`);
  return truthOf(pair, 'tcp', bench.bytes, 0);
}

/** A byte that is out of band is read by a call of its own. */
async function urgent(bench: Bench): Promise<ReturnType<typeof truthOf>> {
  const pair = await bench.pair('127.0.0.1');
  const { client, server } = pair;
  assert.equal(await client.do('send', 1000, 1000, 'urgent'), 1000);
  assert.equal(await server.do('receive', 999, 1000, 'call'), 999);
  assert.equal(await server.do('receive', 1, 1, 'urgent'), 1);
  await move(client, server, 500);
  return truthOf(pair, 'tcp', 1500, 0);
}

export const tcpCases: readonly Case[] = [
  ...HOSTS.map((host) => stream(`TCP over ${host}`, {}, host)),
  stream('TCP: write and read', { send: 'write', receive: 'write' }),
  stream('TCP: sendmsg and recvmsg', { send: 'message', receive: 'message' }),
  stream('TCP: sendmmsg and recvmmsg', { send: 'many', size: 8000, receive: 'many', receiveSize: 4096 }),
  { name: 'TCP: partial writes and EAGAIN', run: crowded },
  stream('TCP: MSG_PEEK', { receive: 'peek' }),
  stream('TCP: sendfile', { send: 'file', size: 100_000 }),
  stream('TCP: splice', { send: 'splice', size: 60_000, receive: 'splice' }),
  stream('TCP: MSG_ZEROCOPY', { send: 'zerocopy', size: 50_000 }),
  { name: 'TCP: zero-copy receive', run: mapped },
  stream('TCP: MSG_TRUNC', { receive: 'discard' }),
  { name: 'TCP: MSG_OOB', run: urgent },
  stream('TCP: io_uring', { send: 'ring', receive: 'ring' }),
  stream("TCP: io_uring, by the kernel's threads", { send: 'ring-thread', receive: 'ring-thread' }),
];
