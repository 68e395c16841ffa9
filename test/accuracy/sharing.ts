import type { Bench, Case, ConnectionTruth, Truth } from './bench.ts';

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
  { name: 'TCP: accepted by the parent, spliced by the child', run: spliced },
  { name: 'TCP: a thread of another name', run: threads },
  { name: 'UDP: a socket inherited by fork, both use it', run: datagrams },
];
