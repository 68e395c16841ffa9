import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, ended, told } from './alerts.ts';
import { act, network, said } from './listener-acts.ts';
import { inode } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';

/** So long the clients go on: each verdict is there by then. */
const SECONDS = 24;

const CASES = [
  { port: 8001, server: 'serve-slowly', client: 'crowd', kind: 'slowAccept' },
  { port: 8002, server: 'serve', client: 'flood', kind: 'synFlood' },
  { port: 8003, server: 'serve', client: 'connect-and-close', kind: 'connectFlood' },
  { port: 8004, server: 'serve-late', client: 'burst', kind: 'burst' },
  { port: 8005, server: 'serve', client: 'ask-from-prefix', kind: 'answersLost' },
  { port: 8006, server: 'serve', client: 'ask-often', kind: null },
] as const;
const TROUBLED = CASES.flatMap(({ kind, port }) => (kind ? [`${kind} ${port}`] : []));

test(
  'what troubles a listener is told once, of its process and port, and ends; none has the trouble of another, and one that is served well is not told of',
  live(
    async (t) => {
      const { here, there } = network(t);
      const netns = inode(here);
      const nettop = startNettop(t, ['alerts', '--json']);
      const servers = CASES.map(({ server, port }) => act(t, here, server, port, SECONDS + 60));
      for (const server of servers) await said(server);
      const clients = CASES.map(({ client, port }) => act(t, there, client, port, SECONDS));
      const begins = [];
      for (const { kind } of CASES)
        if (kind) begins.push(await begun(nettop, kind, netns, 0, (SECONDS + 10) * 1000));
      for (const client of clients) client.kill('SIGKILL');
      for (const begin of begins) {
        const end = await ended(nettop, begin, 90_000);
        const at = CASES.findIndex(({ kind }) => kind === end.kind);
        assert.deepEqual(
          [end.pid, end.process, end.localAddress, end.localPort, end.netnsName],
          [servers[at]?.pid, 'python3', '192.0.2.1', CASES[at]?.port, here.name],
        );
        assert.equal(told(nettop, end.kind, netns).length, 2, 'once');
      }
      await nettop.end();
      const pairs = nettop.alerts
        .filter((line) => line.netns === netns && line.localPort !== null)
        .map(({ kind, localPort }) => `${kind} ${localPort}`);
      assert.deepEqual(new Set(pairs), new Set(TROUBLED));
    },
    ['python3', 'nft'],
  ),
);
