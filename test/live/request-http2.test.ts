import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
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
            `${side} ${row.path}: ${row.process} ${row.pid}:${row.localPort}, of ${side === 'client' ? ran.map(({ pid }) => pid) : pids}`,
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

/** Each path is answered with a status of its own, and one of gRPC. */
function serve(stream: ServerHttp2Stream, path: string): void {
  const [, number = 0] = path.split('/call').map(Number);
  stream.resume();
  stream.respond(
    { ':status': 200 + (number % 2), 'content-type': 'application/grpc' },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(number % 17) }));
  stream.end('y'.repeat(number * 100));
}

async function startServer(t: TestContext): Promise<number> {
  const server = http2.createServer();
  server.on('stream', (stream, headers) => serve(stream, headers[':path'] ?? ''));
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test(
  'HTTP/2: of a connection that is older than nettop nothing is told wrongly, and what is not known is said',
  live(async (t) => {
    const port = await startServer(t);
    const open = () => {
      const session = http2.connect(`http://127.0.0.1:${port}`);
      t.after(() => session.destroy());
      return session;
    };
    const call = (session: http2.ClientHttp2Session, path: string): Promise<void> => {
      const stream = session.request({ ':method': 'POST', ':path': path, 'x-own': 'value', te: 'trailers' });
      stream.end('m'.repeat(400));
      return new Promise((resolve, reject) => stream.resume().on('end', resolve).on('error', reject));
    };
    const old = open();
    for (let n = 0; n < 9; n++) await call(old, `/old/call${n}`);
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
    await nettop.until('a first call', async () => {
      await call(open(), '/ready/call0');
      return nettop.requests.length > 0;
    });
    const began = nettop.requests.length;
    const paths = Array.from({ length: 40 }, (_, n) => `/late/call${n}`);
    for (const path of paths.slice(0, 20)) await call(old, path);
    await Promise.all(paths.slice(20).map((path) => call(old, path)));
    const oldPort = old.socket.localPort;
    for (const side of ['client', 'server'] as const) {
      const of = () =>
        ofSide(nettop.requests.slice(began), side).filter(
          (row) => (side === 'client' ? row.localPort : row.remotePort) === oldPort,
        );
      await nettop.until(`calls of the ${side}`, () => of().length >= paths.length);
      assert.equal(of().length, paths.length);
      for (const [index, row] of of().entries()) {
        const { method, path, host, status, grpcStatus, incomplete, requestBytes } = row;
        assert.equal(method, 'POST');
        assert.match(path ?? '', /^\/late\//);
        const number = Number(path?.split('call')[1]);
        if (index < 20) assert.equal(number, index);
        assert.ok(host === null || host === `127.0.0.1:${port}`);
        assert.equal(incomplete, host === null || status === null ? 'joined in the middle' : null);
        assert.ok(status === null || status === 200 + (number % 2));
        assert.ok(grpcStatus === null || grpcStatus === number % 17);
        assert.ok((requestBytes ?? 500) > 400);
      }
      assert.ok(
        of().some(({ host }) => host === null),
        'it was in a head before',
      );
    }
    await nettop.end();
  }),
);
