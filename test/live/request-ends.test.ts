import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { type Script, startHttp } from './http-peer.ts';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';

const script: Script = { '/asked': (say) => say('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes') };

/** Asks once by curl, in a process of its own; returns its pid. */
async function curl(within: readonly string[], url: string): Promise<number> {
  const [command = '', ...rest] = [...within, 'curl', '--silent', '--output', '/dev/null', url];
  const child = spawn(command, rest, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0, url);
  return child.pid ?? 0;
}

/** The lines of one curl, by its local port, once there are so many ends. */
async function endsOf(nettop: Nettop, pid: number, ends: number): Promise<RequestLine[]> {
  return nettop.until(`${ends} ends of ${pid}`, () => {
    const client = nettop.requests.find((line) => line.pid === pid);
    const found = nettop.requests.filter(
      ({ localPort, remotePort }) => client && [localPort, remotePort].includes(client.localPort),
    );
    return found.length >= ends && found;
  });
}

/** python's http.server in a namespace. */
async function servePython(t: TestContext, { within }: Namespace, port: number): Promise<number> {
  const [command = '', ...rest] = [
    ...within,
    'python3',
    '-m',
    'http.server',
    `${port}`,
    '--directory',
    '/sys/block',
  ];
  const child = spawn(command, rest, { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  return child.pid ?? 0;
}

/** Until nettop tells of a request. */
async function untilSeen(nettop: Nettop, within: readonly string[], url: string): Promise<void> {
  await nettop.until(
    'the first request',
    async () => {
      const [command = '', ...rest] = [...within, 'curl', '--silent', '--output', '/dev/null', url];
      await once(spawn(command, rest, { stdio: 'ignore' }), 'exit');
      return nettop.requests.length > 0;
    },
    20_000,
  );
}

test(
  'over loopback each end names the other one, and both count as one request',
  live(
    async (t) => {
      const port = await startHttp(t, '127.0.0.1', script);
      const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
      const url = `http://127.0.0.1:${port}/asked`;
      await untilSeen(nettop, [], url);
      const pid = await curl([], url);
      const lines = await endsOf(nettop, pid, 2);
      const told = lines.map((line) => [line.side, line.pid, line.peerPid, line.peerProcess]);
      assert.deepEqual(told.sort(), [
        ['client', pid, process.pid, told.find(([side]) => side === 'client')?.[3]],
        ['server', process.pid, pid, 'curl'],
      ]);
      await nettop.end();
      assert.ok((nettop.requestTotals?.bothEnds ?? 0) >= 1);
    },
    ['curl'],
  ),
);

test(
  'between two namespaces each end names the other one; where addresses are translated, or a proxy stands between, neither does',
  live(
    async (t) => {
      const [asking, serving] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(asking, serving);
      const server = await servePython(t, serving, 80);
      const rules = `table ip n { chain c { type nat hook prerouting priority dstnat; tcp dport 81 redirect to :80; }; }`;
      const { status, stderr } = spawnSync('ip', ['netns', 'exec', serving.name, 'nft', rules], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      const nettop = startNettop(t, ['requests', '--json', 'http', '--rate-limit', '0']);
      await untilSeen(nettop, asking.within, 'http://192.0.2.2/');
      const direct = await curl(asking.within, 'http://192.0.2.2/');
      const translated = await curl(asking.within, 'http://192.0.2.2:81/');
      const peers = (lines: RequestLine[]) =>
        lines.map(({ side, peerPid, remotePort }) => [side, remotePort === 81, peerPid]).sort();
      assert.deepEqual(peers(await endsOf(nettop, direct, 2)), [
        ['client', false, server],
        ['server', false, direct],
      ]);
      assert.deepEqual(peers(await endsOf(nettop, translated, 2)), [
        ['client', true, null],
        ['server', false, null],
      ]);
      await nettop.end();
    },
    ['curl', 'nft', 'python3'],
  ),
);

test(
  'a proxy has a request of its own to each side',
  live(
    async (t) => {
      const port = await startHttp(t, '127.0.0.1', script);
      const proxy = net.createServer((from) => {
        const to = net.connect(port, '127.0.0.1');
        for (const each of [from, to]) each.on('error', () => {});
        from.pipe(to).pipe(from);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      t.after(() => proxy.close());
      const { port: outer } = proxy.address() as net.AddressInfo;
      const nettop = startNettop(t, ['requests', '--json', `port ${port} or port ${outer}`]);
      await untilSeen(nettop, [], `http://127.0.0.1:${outer}/asked`);
      const asked = await curl([], `http://127.0.0.1:${outer}/asked`);
      await endsOf(nettop, asked, 2);
      await nettop.end();
      for (const line of nettop.requests) assert.notEqual(line.peerPid, null);
    },
    ['curl'],
  ),
);
