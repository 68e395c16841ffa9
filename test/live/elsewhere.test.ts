import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gone, heldBy } from './bpftool.ts';
import { connectNamespaces, createNamespace, misdirect, type Namespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { cli, live, type Nettop, startNettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';
import { has, openScreenWithin } from './screen.ts';
import { until } from './until.ts';

/** nettop stands in none of the namespaces that these tests look at. */
const OPTIONS = ['connections', '--json', '--interval', '100ms'];
const SERVER = '192.0.2.2';
const CLIENT = '192.0.2.1';
const NAMES: Readonly<Record<string, string>> = {
  ESTAB: 'ESTABLISHED',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
};

/** Two namespaces with a cable between them, and a listener at one end. */
async function world(t: TestContext) {
  const here = createNamespace(t);
  const there = createNamespace(t);
  connectNamespaces(here, there);
  const server = await startPeer(t, { name: 'nt-server', within: there.within });
  const client = await startPeer(t, { name: 'nt-client', within: here.within });
  return { here, there, server, client, port: await server.ask('listen', SERVER) };
}

/** State and ends of all TCP sockets there, as ss says, sorted. */
function stated(namespace: Namespace): string[] {
  const lines = runIn(namespace, 'ss', '-tanHO').split('\n').filter(Boolean);
  return lines
    .map((line) => {
      const [state = '', , , local, remote] = line.trim().split(/\s+/);
      return `${NAMES[state] ?? state.replaceAll('-', '_')} ${local} ${remote}`;
    })
    .sort();
}

function shown({ connections }: Nettop, { name }: Namespace): ConnectionLine[] {
  const time = connections.at(-1)?.time;
  return connections.filter(
    (line) =>
      line.time === time && line.netnsName === name && line.protocol === 'tcp' && line.state !== 'CLOSE',
  );
}

const told = ({ state, localAddress, localPort, remoteAddress, remotePort }: ConnectionLine) =>
  `${state} ${localAddress}:${localPort} ${remoteAddress}:${remotePort || '*'}`;

/** The rows of a namespace, when they are what ss says of it and has these states too. */
async function agrees(
  nettop: Nettop,
  namespace: Namespace,
  states: readonly string[],
): Promise<ConnectionLine[]> {
  let last: unknown;
  const ask = () => {
    const before = stated(namespace);
    const lines = shown(nettop, namespace);
    const rows = lines.map(told).sort();
    last = { ss: before, rows };
    const isWhole = states.every((state) => before.some((line) => line.startsWith(`${state} `)));
    return isWhole && isDeepStrictEqual(rows, before) && lines;
  };
  try {
    return await nettop.until(`rows as ss says, with ${states}`, ask);
  } catch (error) {
    throw new Error(`${(error as Error).message}: ${JSON.stringify(last)}`);
  }
}

/** Of the rows in a state: whose they are, what they received and sent, and where. */
function facts(lines: ConnectionLine[], of: string): unknown[] {
  const found = lines.filter(({ state }) => state === of);
  return found.map(({ process, pid, receiveBytes, transmitBytes, netns }) => [
    process,
    pid,
    receiveBytes,
    transmitBytes,
    netns,
  ]);
}

/** The network namespaces of a process's threads. */
function threads(pid: number): Set<string> {
  const tasks = `/proc/${pid}/task`;
  return new Set(readdirSync(tasks).map((task) => readlinkSync(`${tasks}/${task}/ns/net`)));
}

/** Connects, and the server sends that many bytes, which the client reads. */
async function serve(server: Peer, client: Peer, port: number, bytes: number): Promise<void> {
  const wanted = (await client.ask('received')) + bytes;
  const local = await client.ask('connect', SERVER, port);
  await until('the connection is accepted', () => server.ask('has', local));
  await server.ask('send', bytes);
  await until('the bytes', async () => (await client.ask('received')) === wanted);
}

test(
  'TIME_WAIT in another network namespace: as ss says there, and whose it was',
  live(
    async (t) => {
      const { here, server, client, port } = await world(t);
      const nettop = startNettop(t, [...OPTIONS, '--netns', here.name]);
      await client.ask('listen', CLIENT);
      await agrees(nettop, here, ['LISTEN']);
      const count = (state: string) => stated(here).filter((line) => line.startsWith(state)).length;
      for (let n = 1; n <= 3; n++) {
        await serve(server, client, port, 1000);
        await client.ask('finish');
        await until('the client closes first', () => count('FIN_WAIT2') === 1);
        await server.ask('finish');
        await until('the client waits', () => count('TIME_WAIT') === n);
      }
      const lines = await agrees(nettop, here, ['TIME_WAIT']);
      const rest = ['nt-client', client.pid, 1000, 0, inode(here)];
      assert.deepEqual(facts(lines, 'TIME_WAIT'), [rest, rest, rest]);
      await client.end();
      assert.equal((await agrees(nettop, here, ['TIME_WAIT'])).length, 3);
    },
    ['ip', 'ss'],
  ),
);

test(
  'SYN_RECV, and what is still closing when its process has left it: as ss says, with whose they are; nothing is left of the visits',
  live(
    async (t) => {
      const { there, server, client, port } = await world(t);
      const own = threads(process.pid);
      const nettop = startNettop(t, [...OPTIONS, '--netns', there.name]);
      const processes = startNettop(t, ['processes', '--json', '--interval', '100ms']);
      await processes.process(server.pid);
      await agrees(nettop, there, ['LISTEN']);
      await serve(server, client, port, 1000);
      await serve(server, client, port, 1000);
      await client.ask('finish');
      await agrees(nettop, there, ['ESTABLISHED', 'CLOSE_WAIT']);
      await serve(server, client, port, 1000);

      misdirect(there, CLIENT, true);
      await server.ask('drop');
      await agrees(nettop, there, ['FIN_WAIT1']);
      await client.ask('drop');
      await agrees(nettop, there, ['CLOSING']);
      await server.ask('drop');
      await agrees(nettop, there, ['LAST_ACK']);
      await server.ask('drop');
      await client.ask('beginConnect', SERVER, port);
      const closing = ['FIN_WAIT1', 'CLOSING', 'LAST_ACK'];
      const lines = await agrees(nettop, there, [...closing, 'SYN_RECV', 'LISTEN']);
      const servers = (bytes: number) => [['nt-server', server.pid, 0, bytes, inode(there)]];
      for (const state of closing) assert.deepEqual(facts(lines, state), servers(1000));
      assert.deepEqual(facts(lines, 'SYN_RECV'), servers(0));

      assert.deepEqual(new Set(nettop.connections.map(({ netns }) => netns)), new Set([inode(there)]));
      const all = startNettop(t, [...OPTIONS, '--netns', 'all', '--port', `${port}`]);
      await agrees(all, there, ['FIN_WAIT1', 'SYN_RECV']);

      const inside = startNettop(t, [...OPTIONS, '--netns', there.name], there.within);
      const same = await agrees(inside, there, ['FIN_WAIT1', 'SYN_RECV']);
      assert.deepEqual(facts(same, 'SYN_RECV'), servers(0));

      await server.end();
      const left = await agrees(nettop, there, closing);
      for (const state of closing) assert.deepEqual(facts(left, state), servers(1000));

      assert.deepEqual(threads(nettop.pid), own);
      const held = heldBy(nettop.pid);
      await nettop.end();
      await gone(held);
      await processes.end();
      assert.equal((await processes.process(server.pid)).transmitBytes, 3000);
    },
    ['ip', 'ss', 'bpftool'],
  ),
);

test(
  'a connection of another network namespace that is on its way through a unix socket is a row, with who accepted it',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const nettop = startNettop(t, [...OPTIONS, '--netns', namespace.name]);
      await (await startPeer(t, { within: namespace.within })).ask('listen', '127.0.0.1');
      await agrees(nettop, namespace, ['LISTEN']);
      const python = startPythonWithin(t, namespace.within, 'under_way', '127.0.0.1');
      const port = await python.tells(0);
      const lines = await agrees(nettop, namespace, ['ESTABLISHED', 'LISTEN']);
      const far = lines.find(({ localPort, state }) => localPort === port && state === 'ESTABLISHED');
      assert.deepEqual([far?.pid, far?.receiveBytes], [python.pid, 1000]);
      await python.end();
    },
    ['ip', 'ss', 'python3'],
  ),
);

test(
  'without CAP_SYS_ADMIN no namespace is entered, and a warning says so',
  live(
    async (t) => {
      const { here } = await world(t);
      const ui = await openScreenWithin(t, ['setpriv', '--bounding-set=-sys_admin'], '--netns', here.name);
      ui.write('?');
      await ui.until(has(/━ Keys/));
      ui.write('G');
      await ui.until(has(/network namespaces could not be entered/));
    },
    ['ip', 'setpriv'],
  ),
);

test(
  'visits are no matter for warnings: each would cost more than the visit',
  live(
    async (t) => {
      const { within } = createNamespace(t);
      await (await startPeer(t, { within })).ask('listen', '127.0.0.1');
      const args = [cli, 'processes', '--verbose', '--interval', '200ms', '--count', '5'];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.deepEqual([status, stderr.match(/^.*warning.*$/gim)], [0, null]);
    },
    ['ip'],
  ),
);
