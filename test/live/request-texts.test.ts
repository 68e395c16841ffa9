import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { TLS_COST } from '../../src/ui/tls.ts';
import { attachedBy } from './bpftool.ts';
import { makeFolder, startCaddy } from './go-programs.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPython } from './python.ts';
import type { RequestLine } from './rows.ts';
import { has, openScreen } from './screen.ts';
import { makeCertificate, makeCertificateFiles } from './tls-peer.ts';
import { until } from './until.ts';

const run = promisify(execFile);
/** So many a round: the next one begins when all are told. */
const COUNT = 1000;
const ROUNDS = 10;
const CONNECTIONS = 4;

/** Requests of HTTP at one end, without those that it began with. */
const texts = ({ requests }: Nettop, side: string, host: string): RequestLine[] =>
  requests.filter((line) => line.protocol === 'http' && line.side === side && line.host === host);

test(
  'text within TLS: two threads that share connections, each request with the socket that it went over, at both ends',
  live(
    async (t) => {
      const { key, cert } = makeCertificateFiles(t);
      const python = startPython(t, 'ask_in_tls', key, cert, COUNT, ROUNDS);
      const port = await python.tells(0);
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${port}`]);
      const begun = () =>
        new Set(texts(nettop, 'server', 'ready.example').map(({ remotePort }) => remotePort));
      await nettop.until('a request of each connection', () => begun().size === CONNECTIONS, 60_000);
      const told = (side: string) => texts(nettop, side, 'shared.example');
      for (let round = 1; round <= ROUNDS; round++) {
        python.goOn();
        await python.tells(round, 60_000);
        for (const side of ['client', 'server'])
          await nettop.until(`all of the ${side}`, () => told(side).length >= round * COUNT, 30_000);
      }
      for (const side of ['client', 'server']) {
        const lines = told(side);
        assert.equal(lines.length, ROUNDS * COUNT);
        const numbers = lines.map(
          ({ path, localPort, remotePort, pid, status, responseBytes, incomplete, tls }) => {
            const [, over = '', number = '', size = ''] = (path ?? '').split('/');
            assert.equal(Number(over), side === 'client' ? localPort : remotePort);
            assert.deepEqual([pid, status, incomplete], [python.pid, 200, null]);
            assert.equal(
              responseBytes,
              Number(size) + `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`.length,
            );
            assert.ok(tls);
            return Number(number);
          },
        );
        const expected = Array.from({ length: ROUNDS * COUNT }, (_, index) => index);
        assert.deepEqual(
          numbers.sort((a, b) => a - b),
          expected,
        );
      }
      await nettop.end(`nettop: ${TLS_COST}\n`);
      assert.deepEqual(nettop.requestTotals?.texts, { ...nettop.requestTotals?.texts, pieces: 0, calls: 0 });
    },
    ['openssl'],
  ),
);

/** A server of Node.js, which moves the encrypted bytes itself. */
async function startHttps(t: TestContext): Promise<number> {
  const server = https.createServer(makeCertificate(t), (request, response) => {
    setTimeout(() => response.end('y'.repeat(Number(request.url?.split('/')[2]))), 2);
  });
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test(
  'text within TLS: curl (OpenSSL), wget (GnuTLS), Node.js (a copy of OpenSSL, its own sends), from the second of each on',
  live(
    async (t) => {
      const port = await startHttps(t);
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${port}`]);
      const url = `https://127.0.0.1:${port}`;
      const agent = new https.Agent({ keepAlive: true, maxSockets: 2 });
      t.after(() => agent.destroy());
      const fetchIt = (path: string): Promise<void> =>
        new Promise((resolve, reject) => {
          https
            .get(`${url}${path}`, { agent, rejectUnauthorized: false }, (answer) =>
              answer.resume().on('end', resolve),
            )
            .on('error', reject);
        });
      const ask = async (number: number): Promise<void> => {
        await run('curl', ['-sk', '-o', '/dev/null', `${url}/curl/${number}`]);
        await run('wget', ['-q', '--no-check-certificate', '-O', '/dev/null', `${url}/wget/${number}`]);
        await Promise.all([1, 2, 3, 4].map((index) => fetchIt(`/node/${number + index}`)));
      };
      const told = (side: string, path: string) =>
        nettop.requests.find((line) => line.protocol === 'http' && line.side === side && line.path === path);
      let round = 0;
      await nettop.until(
        'requests of all',
        async () => {
          round += 100;
          await ask(round);
          return ['curl', 'wget', 'node'].every((name) =>
            nettop.requests.some(({ path, side }) => side === 'client' && path?.startsWith(`/${name}/`)),
          );
        },
        60_000,
      );
      await ask(5000);
      const paths = ['/curl/5000', '/wget/5000', ...[1, 2, 3, 4].map((index) => `/node/${5000 + index}`)];
      for (const path of paths)
        for (const side of ['client', 'server']) {
          const line = await nettop.until(`${path} at the ${side}`, () => told(side, path));
          const by = side === 'server' ? 'node' : path.split('/')[1];
          assert.equal(by === 'node' ? 'node' : line.process, by);
          assert.equal(side === 'client' ? line.remotePort : line.localPort, port);
          assert.deepEqual([line.status, line.incomplete], [200, null]);
        }
    },
    ['openssl', 'curl', 'wget'],
  ),
);

/** Links of programs on functions of libraries. */
const probesOf = (pid: number): string[] =>
  attachedBy(pid).filter((name) => /^(ssl|gnutls|session|go)_/.test(name));

test(
  'text within TLS is read where it is asked for alone: no probe before, none after w again, none once the pane is left',
  live(
    async (t) => {
      await startCaddy(t, makeFolder(t));
      const nettop = await openScreen(t);
      nettop.write('5');
      await nettop.until(has(/┃ 5 Requests/));
      assert.deepEqual(probesOf(nettop.process.pid), []);
      for (const leave of ['w', '3']) {
        nettop.write('w');
        await nettop.until(has(/text within TLS is read from now on/));
        await until('probes', () =>
          ['ssl_done', 'go_done'].every((name) => probesOf(nettop.process.pid).includes(name)),
        );
        nettop.write(leave);
        await until(`no probe after ${leave}`, () => probesOf(nettop.process.pid).length === 0);
      }
    },
    ['bpftool', 'curl', 'caddy', 'openssl'],
  ),
);
