import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, linesOf, network, run, said } from './listener-acts.ts';
import type { Namespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import type { ListenerLine } from './rows.ts';

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
