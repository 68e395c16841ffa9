import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connectNamespaces } from '../live/namespace.ts';
import { type Bench, type Case, move, type Pair, setSysctl, type Truth, truthOf } from './bench.ts';

const HOST = '127.0.0.1';
const ANSWER = 4321;

interface Across extends Pair {
  /** To run a command beside the server, and beside the client. */
  here: readonly string[];
  there: readonly string[];
}

/** A server and a client in two namespaces with a cable between them. */
async function pairAcross(bench: Bench): Promise<Across> {
  const [one, other] = [bench.namespace(), bench.namespace()];
  connectNamespaces(one, other);
  const [server, port] = await bench.listen('192.0.2.1', 'tcp', one.within);
  const client = bench.mover(other.within);
  await client.do('socket', 'tcp', 4);
  const clientPort = await client.do('connect', '192.0.2.1', port);
  await server.do('accept');
  return { server, client, port, clientPort, here: one.within, there: other.within };
}

async function between(bench: Bench): Promise<Truth[]> {
  const pair = await pairAcross(bench);
  await move(pair.client, pair.server, bench.bytes);
  await move(pair.server, pair.client, ANSWER);
  return truthOf(pair, 'tcp', bench.bytes, ANSWER);
}

async function within(bench: Bench): Promise<Truth[]> {
  const pair = await bench.datagramPair(HOST, 'udp', bench.namespace().within);
  await move(pair.client, pair.server, 20_000, { size: 1000 });
  return truthOf(pair, 'udp', 20_000, 0);
}

const MOST_ROUNDS = 10;

/** Of the segments one in ten is lost, at random, where the hook is. */
const lossy = (name: string, at: 'here' | 'there', table: string, hook: string): Case => ({
  name,
  tools: ['nft'],
  async run(bench) {
    const pair = await pairAcross(bench);
    const [command = '', ...rest] = pair[at];
    const nft = (text: string) => execFileSync(command, [...rest, 'nft', text], { encoding: 'utf8' });
    nft(`add table ${table}; add chain ${table} c { type filter hook ${hook} priority 0; }`);
    nft(`add rule ${table} c meta length > 100 numgen random mod 10 0 counter drop`);
    const bytes = Math.min(bench.bytes, 300_000);
    let moved = 0;
    // on a busy machine so much goes in a few large packets, of which by chance none is lost
    for (let lost = false; !lost && moved < MOST_ROUNDS * bytes; moved += bytes) {
      await move(pair.client, pair.server, bytes, { size: 3000 });
      lost = /counter packets [1-9]/.test(nft(`list table ${table}`));
    }
    assert.match(nft(`list table ${table}`), /counter packets [1-9]/);
    return truthOf(pair, 'tcp', moved, 0);
  },
});

/** The client resets what the server has read; the server's socket is open still. */
async function reset(bench: Bench): Promise<Truth[]> {
  const pair = await bench.pair(HOST);
  await move(pair.client, pair.server, bench.bytes);
  await move(pair.server, pair.client, ANSWER);
  await pair.client.do('reset');
  return truthOf(pair, 'tcp', bench.bytes, ANSWER).map((truth) => ({ ...truth, connections: [] }));
}

/** The client is done with sending and the server has read that, before it answers. */
async function halfClosed(bench: Bench): Promise<Truth[]> {
  const pair = await bench.pair(HOST);
  await move(pair.client, pair.server, bench.bytes);
  await pair.client.do('shutdown');
  assert.equal(await pair.server.do('receive', 1, 1, 'call'), 0);
  await move(pair.server, pair.client, ANSWER);
  return truthOf(pair, 'tcp', bench.bytes, ANSWER);
}

/** The first bytes go with the SYN (RFC 7413). Where the server does not take them, they go again. */
const fastOpen = (name: string, setting: number): Case => ({
  name,
  async run(bench) {
    const { within } = bench.namespace();
    setSysctl(within, `net.ipv4.tcp_fastopen=${setting}`);
    const [server, port] = await bench.listen(HOST, 'tcp', within);
    const client = bench.mover(within);
    await client.do('socket', 'tcp', 4);
    const clientPort = await client.do('bind', HOST, 0);
    await client.do('to', HOST, port);
    await client.do('send', 800, 800, 'fastopen');
    await server.do('accept');
    await server.do('receive', 800, 800, 'call');
    await move(client, server, 10_000);
    await move(server, client, ANSWER);
    return truthOf({ server, client, port, clientPort }, 'tcp', 10_800, ANSWER);
  },
});

/** Each lives for some milliseconds: it connects, sends and is gone before a sweep. */
async function shortLived(bench: Bench): Promise<Truth[]> {
  const [server, port] = await bench.listen(HOST);
  const datagrams = bench.mover();
  await datagrams.do('socket', 'udp', 4);
  const udpPort = await datagrams.do('bind', HOST, 0);
  const truths: Truth[] = [];
  let streamed = 0;
  for (let n = 1; n <= 20; n++) {
    const client = bench.mover();
    const done = ['socket tcp 4', `connect ${HOST} ${port}`, `send ${n}000 ${n}000 call`, 'socket udp 4'];
    const gone = client.endAfter(...done, `to ${HOST} ${udpPort}`, 'send 100 100 call');
    await server.do('accept');
    streamed += await server.do('receive', n * 1000, 65_536, 'call');
    await gone;
    truths.push({ who: `client ${n}`, pid: client.pid, received: 0, sent: n * 1000 + 100, connections: [] });
  }
  assert.equal(await datagrams.do('receive', 2000, 1000, 'call'), 2000);
  return [
    { who: 'server', pid: server.pid, received: streamed, sent: 0, connections: [] },
    { who: 'datagrams', pid: datagrams.pid, received: 2000, sent: 0, connections: [] },
    ...truths,
  ];
}

/** A child in a pid namespace of its own goes by its pid out here. */
async function otherPids(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.pair(HOST);
  const child = await client.do('fork', 'new');
  await client.do('child', 'send', 7000, 7000, 'call');
  await server.do('receive', 7000, 7000, 'call');
  return [
    { who: 'server', pid: server.pid, received: 7000, sent: 0, connections: [] },
    { who: 'child', pid: child, received: 0, sent: 7000, connections: [] },
  ];
}

async function multipath(bench: Bench): Promise<Truth[]> {
  const pair = await bench.pair(HOST, 'mptcp');
  await move(pair.client, pair.server, bench.bytes);
  await move(pair.server, pair.client, ANSWER);
  // what a subflow carries again for MPTCP counts there
  return truthOf(pair, 'tcp', bench.bytes, ANSWER).map((truth) => ({ ...truth, connections: [] }));
}

export const pathCases: readonly Case[] = [
  { name: 'TCP: between two network namespaces', run: between },
  { name: 'UDP: in another network namespace', run: within },
  { name: 'TCP: in another pid namespace', run: otherPids },
  { name: 'TCP and UDP: processes that live some milliseconds', run: shortLived },
  lossy('TCP: segments are lost', 'here', 'ip t', 'input'),
  lossy('TCP: the kernel refuses its own segments', 'there', 'ip t', 'output'),
  lossy('TCP: the device refuses segments', 'there', 'netdev t', 'egress device cable'),
  { name: 'TCP: reset', run: reset },
  { name: 'TCP: half-close', run: halfClosed },
  fastOpen('TCP: TCP_FASTOPEN', 0x607),
  fastOpen('TCP: TCP_FASTOPEN, not taken', 0x5),
  { name: 'MPTCP', run: multipath },
];
