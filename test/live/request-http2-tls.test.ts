import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TLS_COST } from '../../src/ui/tls.ts';
import { createNamespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { runWithin } from './request-rows.ts';
import type { RequestLine } from './rows.ts';
import { makeCertificate, makeCertificateFiles } from './tls-peer.ts';
import { nginx, startWebServer } from './web-servers.ts';

const COUNT = 200;
const PORT = 8300;
const MESSAGE = 'm'.repeat(300);

/** gRPC-shaped: each call has a status of its own in its trailers. */
function serve(stream: ServerHttp2Stream, path: string): void {
  const [, number = ''] = path.split('/call');
  stream.resume();
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(Number(number) % 17) }));
  setTimeout(() => stream.end('y'.repeat(Number(number) * 100)), 2);
}

async function startServer(t: TestContext): Promise<number> {
  const server = http2.createSecureServer(makeCertificate(t));
  server.on('stream', (stream, headers) => serve(stream, headers[':path'] ?? ''));
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function call(session: http2.ClientHttp2Session, path: string): Promise<void> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
  });
  stream.end(MESSAGE);
  return new Promise((resolve, reject) => stream.resume().on('end', resolve).on('error', reject));
}

test(
  'HTTP/2 within TLS: Node.js, 200 calls at once on two connections, with grpc-status, at both ends',
  live(
    async (t) => {
      const port = await startServer(t);
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${port}`]);
      const session = (): http2.ClientHttp2Session => {
        const made = http2.connect(`https://127.0.0.1:${port}`, {
          rejectUnauthorized: false,
        });
        t.after(() => made.destroy());
        return made;
      };
      const of = (side: string, path: RegExp): RequestLine[] =>
        nettop.requests.filter(
          (line) => line.protocol === 'http2' && line.side === side && path.test(line.path ?? ''),
        );
      await nettop.until(
        'a first call at both ends',
        async () => {
          const first = session();
          await call(first, '/ready/call1');
          first.close();
          return of('client', /ready/).length > 0 && of('server', /ready/).length > 0;
        },
        60_000,
      );
      const sessions = [session(), session()] as const;
      const calls = Array.from({ length: COUNT }, (_, n) => `/pkg.Service/call${n}`);
      await Promise.all(calls.map((path, n) => call(sessions[(n % 2) as 0 | 1], path)));
      for (const side of ['client', 'server']) {
        const lines = await nettop.until(
          `all calls of the ${side}`,
          () => of(side, /Service/).length >= COUNT && of(side, /Service/),
        );
        const told = lines.map(({ path, grpcStatus }) => `${path} ${grpcStatus}`);
        assert.deepEqual(told.sort(), calls.map((path, n) => `${path} ${n % 17}`).sort(), side);
        for (const {
          pid,
          status,
          incomplete,
          host,
          method,
          tls,
          responseBytes,
          requestBytes,
          path,
        } of lines) {
          assert.deepEqual(
            [pid, status, incomplete, host, method],
            [process.pid, 200, null, `127.0.0.1:${port}`, 'POST'],
          );
          assert.ok(tls);
          const body = Number(path?.split('call')[1]) * 100;
          const heads = (responseBytes ?? 0) - body;
          assert.ok(heads > 2 * 9 && heads < 250, `${heads}`);
          assert.ok((requestBytes ?? 0) > MESSAGE.length + 2 * 9);
        }
      }
      await nettop.end(`nettop: ${TLS_COST}\n`);
      const { texts } = nettop.requestTotals ?? {};
      assert.deepEqual(texts, { ...texts, pieces: 0, calls: 0 });
    },
    ['openssl'],
  ),
);

test(
  'HTTP/2 within TLS: curl and nginx, each request at both ends, as nginx wrote it',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const { key, cert } = makeCertificateFiles(t);
      const ssl = `ssl_certificate ${cert}; ssl_certificate_key ${key};`;
      const server = await startWebServer(t, namespace, nginx('HTTP/2 in TLS', 'ssl http2', ssl), PORT);
      const nettop = startNettop(t, [
        'requests',
        '--tls',
        '--json',
        '--netns',
        namespace.name,
        '--rate-limit',
        '0',
      ]);
      const curl = ['curl', '-sk', '--http2', '-o', '/dev/null'];
      const url = `https://127.0.0.1:${PORT}`;
      const of = (side: string): RequestLine[] =>
        nettop.requests.filter((line) => line.protocol === 'http2' && line.side === side);
      await nettop.until(
        'a first request at both ends',
        async () => {
          await runWithin(namespace, [...curl, `${url}/small?ready`]);
          return of('client').length > 0 && of('server').length > 0;
        },
        60_000,
      );
      const paths = ['/small', '/large', '/none', '/empty', '/large?a'];
      const pages = paths.flatMap((path) => [`${url}${path}`, '-o', '/dev/null']);
      const { pid } = await runWithin(namespace, [...curl.slice(0, 3), ...pages]);
      const told = (line: { path: string | null; status: number | null; responseBytes: number | null }) =>
        `${line.path} ${line.status} ${line.responseBytes}`;
      for (const side of ['client', 'server']) {
        const known = () =>
          of(side).filter(
            ({ path, incomplete }) => path !== '/small?ready' && incomplete !== 'joined in the middle',
          );
        await nettop.until(`all requests of the ${side}`, () => known().length >= paths.length);
        assert.deepEqual(known().map(told), server.log().slice(-paths.length).map(told), side);
        const pids = side === 'client' ? [pid] : server.pids();
        for (const line of known()) {
          assert.ok(pids.includes(line.pid ?? 0));
          assert.deepEqual([line.incomplete, line.host], [null, `127.0.0.1:${PORT}`]);
        }
      }
      await nettop.end(`nettop: ${TLS_COST}\n`);
    },
    ['openssl', 'curl', 'nginx', 'ss'],
  ),
);
