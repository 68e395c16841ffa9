import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { attachedBy } from './bpftool.ts';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { ListenerLine } from './rows.ts';

const script = fileURLToPath(new URL('listeners.py', import.meta.url));
/** So long the clients go on: verdicts are there after some seconds, and may not change afterwards. */
const SECONDS = 40;

/** A server, its clients, and the verdict that it gets. */
const CASES = [
  { port: 8001, server: 'serve-slowly', client: 'crowd', cause: 'slow accept' },
  { port: 8002, server: 'serve', client: 'flood', cause: 'SYN flood' },
  { port: 8003, server: 'serve', client: 'connect-and-close', cause: 'connection flood' },
  { port: 8004, server: 'serve-late', client: 'burst', cause: 'burst' },
  { port: 8005, server: 'serve', client: 'ask-from-prefix', cause: 'answers lost' },
  { port: 8006, server: 'serve', client: 'ask-often', cause: null },
  { port: 8007, server: 'serve', client: null, cause: null },
] as const;

/** An act of listeners.py, for so many seconds. */
function act(
  t: TestContext,
  { within }: Namespace,
  name: string,
  port: number,
  seconds: number,
): ChildProcess {
  const [command = '', ...rest] = [...within, 'python3', script, name, `${port}`, `${seconds}`];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

function run({ within }: Namespace, ...command: string[]): string {
  const [program = '', ...args] = [...within, ...command];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Servers here, clients there; what clients of 198.51.100.0/24 are answered does not come to them. */
function network(t: TestContext): { here: Namespace; there: Namespace } {
  const here = createNamespace(t);
  const there = createNamespace(t);
  connectNamespaces(here, there);
  ip('-n', here.name, 'route', 'add', 'default', 'via', '192.0.2.2');
  for (let host = 1; host <= 10; host++)
    ip('-n', there.name, 'address', 'add', `198.51.100.${host}/32`, 'dev', 'lo');
  for (const line of [
    'add table ip way',
    'add chain ip way in { type filter hook input priority 0; }',
    'add rule ip way in ip daddr 198.51.100.0/24 tcp flags & (syn | ack) == (syn | ack) drop',
  ])
    run(there, 'nft', line);
  return { here, there };
}

/** Of the namespace's own, by port, in order of time. */
const linesOf = ({ listeners }: Nettop, port: number, { name }: Namespace): ListenerLine[] =>
  listeners.filter((line) => line.localPort === port && line.netnsName === name);

/** What it prints next. */
async function said(child: ChildProcess): Promise<string> {
  const [text] = await once(child.stdout?.setEncoding('utf8') ?? assert.fail(), 'data');
  return String(text).trim();
}

/** Counters of a network namespace, by the kernel's names. */
function countersOf(namespace: Namespace): (name: string) => number {
  const [names = [], values = []] = run(namespace, 'cat', '/proc/net/netstat')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  return (name) => Number(values[names.indexOf(name)]);
}

function assertVerdict(lines: readonly ListenerLine[], port: number, cause: string | null): void {
  const seen = lines.map(({ verdict }) => verdict?.cause ?? null);
  const told = `port ${port}: ${seen.join(' ')}`;
  const first = cause === null ? seen.length : seen.indexOf(cause);
  assert.ok(cause === null || (first >= 3 && first < 20), told);
  assert.deepEqual(new Set(seen.slice(0, first)), new Set([null]), told);
  if (cause !== null) assert.deepEqual(new Set(seen.slice(first)), new Set([cause]), told);
}

test(
  'five listeners, each in a trouble of its own, have its verdict and none of the others; an idle and a busy one have none',
  live(
    async (t) => {
      const { here, there } = network(t);
      for (const { port, server } of CASES) await said(act(t, here, server, port, SECONDS + 20));
      const nettop = startNettop(t, ['listeners', '--json'], here.within);
      const lines = (port: number) => linesOf(nettop, port, here);
      await nettop.until('all listeners', () => CASES.every(({ port }) => lines(port).length > 1));
      const clients = CASES.map(({ port, client }) => client && act(t, there, client, port, SECONDS));
      const made = said(clients[2] ?? assert.fail());
      await nettop.until('looks', () => lines(8007).length >= SECONDS, (SECONDS + 20) * 1000);
      for (const { port, cause } of CASES) assertVerdict(lines(port), port, cause);
      const connections = Number(await made);
      await nettop.until('all connections', () => lines(8003).at(-1)?.ended === connections, 20_000);
      for (const client of clients) client?.kill('SIGKILL');
      const settled = lines(8007).length + 3;
      await nettop.until('a look after the last SYN', () => lines(8007).length >= settled, 20_000);
      const counter = countersOf(here);
      await nettop.end();
      const { completed, accepted, begun, silent } = lines(8003).at(-1) ?? assert.fail();
      assert.deepEqual([completed, accepted, begun, silent], new Array(4).fill(connections));
      const { namespace } = lines(8007).at(-1) ?? assert.fail();
      assert.deepEqual(
        [namespace?.cookiesSent, namespace?.cookiesReceived, namespace?.overflows, namespace?.drops],
        ['SyncookiesSent', 'SyncookiesRecv', 'ListenOverflows', 'ListenDrops'].map(counter),
      );
    },
    ['python3', 'nft'],
  ),
);

for (const place of ['in', 'outside'] as const)
  test(
    `queues are those of ss, what waits longest is the first that came, and what is accepted is counted, ${place} the network namespace`,
    live(
      async (t) => {
        const { here, there } = network(t);
        const server = act(t, here, 'serve-on-demand', 8000, 60);
        await said(server);
        const nettop = startNettop(
          t,
          ['listeners', '--json', '--interval', '200ms', 'port 8000'],
          place === 'in' ? here.within : [],
        );
        const last = () => linesOf(nettop, 8000, here).at(-1);
        await nettop.until('the listener', last);
        const began = Date.now();
        const ports = (await said(act(t, there, 'queue-up', 8000, 60))).split(' ').map(Number);
        const waits = async (queue: number) => {
          const line = await nettop.until(`${queue} wait`, () => last()?.acceptQueue === queue && last());
          const [, shown = ''] = run(here, 'ss', '-Hltn', 'sport = :8000').split(/\s+/);
          assert.deepEqual([line.acceptQueue, line.acceptLimit], [Number(shown), 8]);
        };
        await waits(5);
        const first = await nettop.until('all five', () => last()?.completed === 5 && last());
        assert.deepEqual([first.accepted, first.begun, first.sockets, first.pid === null], [0, 5, 1, false]);
        await nettop.until('whom it is', () => last()?.longestWaitPort === ports[0]);
        const { longestWaitSeconds } = last() ?? assert.fail();
        assert.ok((longestWaitSeconds ?? 0) <= (Date.now() - began) / 1000 + 0.1);
        assert.ok((longestWaitSeconds ?? 0) >= 0.7);
        server.stdin?.write('one\ntwo\n');
        await waits(3);
        await nettop.until('the third is the first', () => last()?.longestWaitPort === ports[2]);
        assert.equal(last()?.accepted, 2);
        await nettop.end();
      },
      ['python3', 'nft', 'ss'],
    ),
  );

test(
  'while a SYN queue is high, and only then, SYNs are counted by source: as many as were sent, by address and network',
  live(
    async (t) => {
      const { here, there } = network(t);
      await said(act(t, here, 'serve', 8000, 120));
      const nettop = startNettop(t, ['listeners', '--json', '--interval', '500ms', 'port 8000'], here.within);
      const last = () => linesOf(nettop, 8000, here).at(-1);
      await nettop.until('the listener', last);
      const isAttached = () => attachedBy(nettop.pid).includes('count_syn');
      assert.deepEqual([isAttached(), last()?.sources], [false, null]);
      const sent = Number(await said(act(t, there, 'flood', 8000, 4)));
      await nettop.until('the verdict', () => last()?.verdict?.cause === 'SYN flood', 20_000);
      const seen = linesOf(nettop, 8000, here).length;
      await nettop.until('two looks after it', () => linesOf(nettop, 8000, here).length >= seen + 2);
      const before = last()?.sources ?? assert.fail();
      assert.ok(isAttached());
      assert.ok(before.syns > 0 && before.syns <= sent, `${before.syns} of ${sent}`);
      await said(act(t, there, 'flood-from-network', 8000, 20));
      await nettop.until('300 more', () => last()?.sources?.syns === before.syns + 300);
      const { differentAddresses, rest, networks, addresses } = last()?.sources ?? assert.fail();
      assert.deepEqual(
        [networks[0], differentAddresses - before.differentAddresses, rest],
        [{ source: '203.0.113.0/24', syns: 300 }, 100, 0],
      );
      assert.deepEqual(new Set(addresses.map(({ syns }) => syns)), new Set([3]));
      await nettop.end();
    },
    ['python3', 'nft', 'bpftool'],
  ),
);
