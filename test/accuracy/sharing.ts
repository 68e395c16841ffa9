import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Case, type ConnectionTruth, move, type Truth } from './bench.ts';

const HOST = '127.0.0.1';

const truth = (
  who: string,
  pid: number,
  received: number,
  sent: number,
  ...connections: ConnectionTruth[]
) => ({
  who,
  pid,
  received,
  sent,
  connections,
});

/** A parent and its child both send and receive over one connection; each gets what it moved itself. */
async function inherited(bench: Bench): Promise<Truth[]> {
  const { server, client, port, clientPort } = await bench.pair(HOST);
  await move(client, server, 1000);
  await move(server, client, 2000);
  const child = await server.do('fork', 'same');
  const byChild = async (bytes: number, direction: 'send' | 'receive') => {
    await server.do('begin', direction, bytes, 10_000, 'call');
    await client.do(direction === 'send' ? 'receive' : 'send', bytes, 10_000, 'call');
    await server.do('end');
  };
  await byChild(30_000, 'send');
  await move(server, client, 4000);
  await byChild(500, 'send');
  await byChild(60_000, 'receive');
  await move(client, server, 7000);
  await byChild(800, 'receive');
  const received = 1000 + 60_000 + 7000 + 800;
  const sent = 2000 + 30_000 + 4000 + 500;
  const flow = { protocol: 'tcp', localPort: port, remotePort: clientPort, received, sent } as const;
  return [
    truth('parent', server.pid, 8000, 6000, flow),
    truth('child', child, 60_800, 30_500),
    truth('client', client.pid, sent, received),
  ];
}

/** One process reads what the other process writes at the same time, as a shell's pipes do. */
async function divided(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.pair(HOST);
  const child = await server.do('fork', 'same');
  const [there, back] = [bench.bytes, bench.bytes + 777];
  await server.do('begin', 'receive', there, 5000, 'call');
  const far = await client.do('fork', 'same');
  await client.do('begin', 'receive', back, 5000, 'call');
  await Promise.all([server.do('send', back, 9000, 'call'), client.do('send', there, 7000, 'call')]);
  await Promise.all([server.do('end'), client.do('end')]);
  return [
    truth('server: writes', server.pid, 0, back),
    truth('server: reads', child, there, 0),
    truth('client: writes', client.pid, 0, there),
    truth('client: reads', far, back, 0),
  ];
}

/** Both processes write at once, each waiting for room again and again. */
async function together(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.pair(HOST);
  await server.do('set', 'send-buffer', 10_000);
  const child = await server.do('fork', 'same');
  const whole = 2 * bench.bytes + 5;
  await server.do('begin', 'send', bench.bytes, 50_000, 'call');
  await Promise.all([
    server.do('send', bench.bytes + 5, 40_000, 'call'),
    client.do('receive', whole, 3000, 'call'),
  ]);
  await server.do('end');
  return [
    truth('parent', server.pid, 0, bench.bytes + 5),
    truth('child', child, 0, bench.bytes),
    truth('client', client.pid, whole, 0),
  ];
}

/** Into another process that is no relative. */
async function passed(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.pair(HOST);
  const heir = bench.mover();
  const folder = mkdtempSync(join(tmpdir(), 'nettop-pass-'));
  bench.t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'post');
  await move(client, server, 40_000);
  await move(server, client, 3000);
  // there already when the socket changes hands: they are read by the heir
  await client.do('send', 5000, 5000, 'call');
  await Promise.all([heir.do('take', path), server.do('give', path)]);
  await server.do('close');
  await heir.do('receive', 5000, 5000, 'call');
  await move(client, heir, 70_000);
  await move(heir, client, 8000);
  return [
    truth('giver', server.pid, 40_000, 3000),
    truth('heir', heir.pid, 75_000, 8000),
    truth('client', client.pid, 11_000, 115_000),
  ];
}

/** Two processes listen at one port; each serves the connections that the kernel gives it. */
async function twoListeners(bench: Bench): Promise<Truth[]> {
  const servers = [bench.mover(), bench.mover()];
  let port = 0;
  for (const server of servers) {
    await server.do('socket', 'tcp', 4);
    await server.do('set', 'reuse-port', 1);
    port = await server.do('bind', HOST, port);
    await server.do('listen');
  }
  const received = servers.map(() => 0);
  const accept = (which: number) => servers[which]?.do('accept').then(() => which);
  const accepting = servers.map((_, which) => accept(which));
  const truths: Truth[] = [];
  while (received.includes(0)) {
    const client = bench.mover();
    await client.do('socket', 'tcp', 4);
    await client.do('connect', HOST, port);
    const bytes = 1000 + truths.length;
    await client.do('send', bytes, bytes, 'call');
    const which = (await Promise.race(accepting)) ?? 0;
    await servers[which]?.do('receive', bytes, bytes, 'call');
    received[which] = (received[which] ?? 0) + bytes;
    accepting[which] = accept(which);
    truths.push(truth(`client ${truths.length}`, client.pid, 0, bytes));
  }
  for (const one of accepting) one?.catch(() => {}); // it waits until its process ends
  const took = servers.map(({ pid }, which) => truth(`server ${which}`, pid, received[which] ?? 0, 0));
  return [...took, ...truths];
}

/** The thread has another name; what it moves is its process's. */
async function threads(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.pair(HOST);
  await client.do('thread', 'send', 5000, 5000, 'call');
  await client.do('send', 600, 600, 'call');
  await server.do('thread', 'receive', 5600, 5600, 'call');
  return [truth('server', server.pid, 5600, 0), truth('client', client.pid, 0, 5600)];
}

/** The socket is used by nothing but splice, in a child that its parent accepted for. */
async function spliced(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.pair(HOST);
  const child = await server.do('fork', 'same');
  await server.do('begin', 'receive', bench.bytes, 60_000, 'splice');
  await client.do('send', bench.bytes, 60_000, 'splice');
  await server.do('end');
  await server.do('begin', 'send', 50_000, 50_000, 'file');
  await client.do('receive', 50_000, 50_000, 'splice');
  await server.do('end');
  return [
    truth('parent', server.pid, 0, 0),
    truth('child', child, bench.bytes, 50_000),
    truth('client', client.pid, 50_000, bench.bytes),
  ];
}

/** Datagrams: two processes at both ends of one socket. */
async function datagrams(bench: Bench): Promise<Truth[]> {
  const { server, client } = await bench.datagramPair(HOST);
  const child = await server.do('fork', 'same');
  await client.do('send', 3000, 1000, 'call');
  await server.do('receive', 1000, 1000, 'call');
  await server.do('child', 'receive', 2000, 1000, 'call');
  await server.do('child', 'send', 800, 400, 'call');
  await server.do('send', 300, 300, 'call');
  await client.do('receive', 1100, 1000, 'call');
  return [
    truth('parent', server.pid, 1000, 300),
    truth('child', child, 2000, 800),
    truth('client', client.pid, 1100, 3000),
  ];
}

export const sharingCases: readonly Case[] = [
  { name: 'TCP: a socket inherited by fork, both use it', run: inherited },
  { name: 'TCP: one process reads, another writes', run: divided },
  { name: 'TCP: two processes write at once', run: together },
  { name: 'TCP: a socket passed over a unix socket', run: passed },
  { name: 'TCP: accepted by the parent, spliced by the child', run: spliced },
  { name: 'TCP: SO_REUSEPORT, two listeners', run: twoListeners },
  { name: 'TCP: a thread of another name', run: threads },
  { name: 'UDP: a socket inherited by fork, both use it', run: datagrams },
];
