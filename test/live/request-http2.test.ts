import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { followRequests, ofSide, runWithin } from './request-rows.ts';
import type { RequestLine } from './rows.ts';
import { type Logged, nginx, startWebServer } from './web-servers.ts';

const PORT = 8200;
/** A number in letters: those of a query's names that are none are not told. */
const letters = (n: number): string => String(n).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
/** At once on one connection: each path is asked for once. */
const PATHS = Array.from(
  { length: 200 },
  (_, n) => `/${['small', 'large', 'none', 'empty'][n % 4]}?${letters(n)}`,
);
/** Of these, each on a connection of its own. */
const BY_CURL = 3;
/** Of a request nginx counts neither a frame's head nor its priority. */
const HEAD = 9;
const PRIORITY = 5;

/** Method, path, status, bytes of the answer. */
const told = ({ method, path, status, responseBytes }: RequestLine | Logged): string =>
  `${method} ${path} ${status} ${responseBytes}`;

test(
  'HTTP/2 in clear: curl, and 197 streams at once on one connection, each at both ends, as nginx wrote it',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const server = await startWebServer(t, namespace, nginx('HTTP/2', 'http2'), PORT);
      const url = `http://127.0.0.1:${PORT}`;
      const curl = ['curl', '-s', '--http2-prior-knowledge'];
      const ask = () => runWithin(namespace, [...curl, `${url}/small?ready`]);
      const nettop = await followRequests(t, namespace, ask);
      const pages = PATHS.map((path) => `${url}${path}`);
      const ran = [await runWithin(namespace, ['nghttp', '-n', ...pages.slice(BY_CURL)])];
      for (const page of pages.slice(0, BY_CURL)) ran.push(await runWithin(namespace, [...curl, page]));
      const of = (side: 'client' | 'server') =>
        ofSide(nettop.requests, side).filter(({ path }) => path !== '/small?ready');
      await nettop.until('all requests', () =>
        (['client', 'server'] as const).every((side) => of(side).length >= PATHS.length),
      );
      await nettop.end();
      const log = server.log().slice(-PATHS.length);
      const pids = server.pids();
      for (const side of ['client', 'server'] as const) {
        const rows = of(side);
        assert.deepEqual(rows.map(told).sort(), log.map(told).sort(), side);
        for (const row of rows) {
          assert.deepEqual([row.protocol, row.host, row.incomplete], ['http2', `127.0.0.1:${PORT}`, null]);
          assert.ok(
            side === 'client' ? ran.some(({ pid }) => pid === row.pid) : pids.includes(row.pid ?? 0),
            `${row.pid}`,
          );
          const logged = log.find(({ path }) => path === row.path);
          const uncounted = (row.requestBytes ?? 0) - (logged?.requestBytes ?? 0);
          assert.ok(uncounted === HEAD || uncounted === HEAD + PRIORITY, `${row.path} ${uncounted}`);
          assert.ok((row.firstByteMicroseconds ?? 1) <= (row.totalMicroseconds ?? 0));
        }
      }
      const connections = new Set(of('client').map(({ localPort }) => localPort));
      assert.equal(connections.size, ran.length);
      assert.equal(nettop.requestTotals?.lost.pieces, 0);
    },
    ['curl', 'nghttp', 'nginx', 'ss'],
  ),
);
