import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { begun, ended, told } from './alerts.ts';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';

const script = fileURLToPath(new URL('listeners.py', import.meta.url));
const SECONDS = 14;

const CASES = [
  { port: 8001, server: 'serve-slowly', client: 'crowd', kind: 'slowAccept' },
  { port: 8002, server: 'serve', client: 'flood', kind: 'synFlood' },
  { port: 8003, server: 'serve', client: 'connect-and-close', kind: 'connectFlood' },
  { port: 8006, server: 'serve', client: 'ask-often', kind: null },
] as const;

function act(t: TestContext, { within }: Namespace, name: string, port: number, more = 0): ChildProcess {
  const [command = '', ...rest] = [...within, 'python3', script, name, `${port}`, `${SECONDS + more}`];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test(
  'what troubles a listener is told once, of its process and port, and ends; one that is served well is not told of',
  live(
    async (t) => {
      const [here, there] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(here, there);
      ip('-n', here.name, 'route', 'add', 'default', 'via', '192.0.2.2');
      const netns = inode(here);
      const nettop = startNettop(t, ['alerts', '--json']);
      const servers = CASES.map(({ server, port }) => act(t, here, server, port, 30));
      for (const { stdout } of servers) await once(stdout ?? assert.fail(), 'data');
      for (const { client, port } of CASES) act(t, there, client, port);
      for (const [at, { kind, port }] of CASES.entries()) {
        if (kind === null) continue;
        const begin = await begun(nettop, kind, netns, 0, 30_000);
        const end = await ended(nettop, begin, 90_000);
        assert.deepEqual(
          [end.pid, end.process, end.localAddress, end.localPort, end.netnsName],
          [servers[at]?.pid, 'python3', '192.0.2.1', port, here.name],
        );
        assert.equal(told(nettop, kind, netns).length, 2, 'once');
      }
      await nettop.end();
      assert.deepEqual(
        nettop.alerts.filter(({ localPort }) => localPort === 8006),
        [],
      );
    },
    ['python3'],
  ),
);
