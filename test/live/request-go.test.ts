import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { TLS_COST } from '../../src/ui/tls.ts';
import { root } from '../fixtures/tool.ts';
import { keysIn } from './bpftool.ts';
import { buildGo, makeFolder, startCaddy } from './go-programs.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import type { RequestLine } from './rows.ts';

const run = promisify(execFile);
const CLIENTS = 4;
const EACH = 100;
const COUNT = 1000;

/** Requests of HTTP/1 at one end whose path begins so. */
const under = ({ requests }: Nettop, side: string, path: string): RequestLine[] =>
  requests.filter((line) => line.protocol === 'http' && line.side === side && line.path?.startsWith(path));

/** Where the two ends are. */
const ends = ({ localPort, remotePort, side }: RequestLine): string =>
  side === 'client' ? `${localPort} ${remotePort}` : `${remotePort} ${localPort}`;

test(
  'text within TLS of Go: each request of a server, with its connection and its bytes as curl tells them',
  live(
    async (t) => {
      const folder = makeFolder(t);
      const numbers = Array.from({ length: EACH }, (_, index) => index);
      for (let client = 0; client < CLIENTS; client++) {
        mkdirSync(join(folder, `${client}`));
        for (const index of numbers)
          writeFileSync(join(folder, `${client}/file-${index}`), 'x'.repeat(20 * index ** 2));
      }
      const caddy = await startCaddy(t, folder);
      const url = `https://127.0.0.1:${caddy.port}`;
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${caddy.port}`]);
      const curl = (...urls: string[]) =>
        run('curl', [
          ...['-sk', '--http1.1', '-w', '%{stderr}%{local_port} %{size_header} %{size_download}\n'],
          ...urls.flatMap((one) => ['-o', '/dev/null', one]),
        ]);
      await nettop.until(
        'a request of caddy',
        async () => {
          await curl(`${url}/`);
          return under(nettop, 'server', '/').length > 0;
        },
        60_000,
      );
      const told = await Promise.all(
        Array.from({ length: CLIENTS }, async (_, client) => {
          const { stderr } = await curl(...numbers.map((index) => `${url}/${client}/file-${index}`));
          return stderr
            .trim()
            .split('\n')
            .map((line, index) => {
              const [port, head = 0, body = 0] = line.split(' ').map(Number);
              return `/${client}/file-${index} from ${port}: ${head + body}`;
            });
        }),
      );
      const files = () => under(nettop, 'server', '/').filter(({ path }) => path?.includes('/file-'));
      const lines = await nettop.until(
        'all requests',
        () => files().length >= CLIENTS * EACH && files(),
        60_000,
      );
      for (const { pid, status, incomplete, tls } of lines) {
        assert.deepEqual([pid, status, incomplete], [caddy.pid, 200, null]);
        assert.ok(tls);
      }
      assert.deepEqual(
        lines
          .map(({ path, remotePort, responseBytes }) => `${path} from ${remotePort}: ${responseBytes}`)
          .sort(),
        told.flat().sort(),
      );
      await nettop.end(`nettop: ${TLS_COST}\n`);
      assert.deepEqual(nettop.requestTotals?.texts, {
        ...nettop.requestTotals?.texts,
        ...{ hidden: [], pieces: 0, calls: 0, unplaced: 0 },
      });
    },
    ['openssl', 'curl', 'caddy'],
  ),
);

test(
  'text within TLS of Go: HTTP/2 of a server, each request of streams that are open at once',
  live(
    async (t) => {
      const folder = makeFolder(t);
      const paths = Array.from({ length: EACH }, (_, index) => `/file-${index}`);
      for (const path of paths) writeFileSync(join(folder, path), 'x'.repeat(5000));
      const caddy = await startCaddy(t, folder);
      const url = `https://127.0.0.1:${caddy.port}`;
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${caddy.port}`]);
      const curl = (...urls: string[]) =>
        run('curl', ['-skZ', '--http2', ...urls.flatMap((one) => ['-o', '/dev/null', one])]);
      const seen = (side: string, path: string) =>
        nettop.requests.filter(
          (line) => line.protocol === 'http2' && line.side === side && line.path?.startsWith(path),
        );
      await nettop.until(
        'a request of caddy',
        async () => {
          await curl(`${url}/`);
          return seen('server', '/').length > 0;
        },
        60_000,
      );
      await curl(...paths.map((path) => url + path));
      // curl leaves a stream that has all its bytes, whether its end has come or not
      const [asked, answered] = await Promise.all(
        ['client', 'server'].map(async (side) => {
          const files = () => seen(side, '/file-');
          const lines = await nettop.until(`all of the ${side}`, () => files().length >= EACH && files());
          return lines.map((line) => [line.path, ends(line), line.status].join(' ')).sort();
        }),
      );
      assert.equal(answered?.length, EACH);
      assert.deepEqual(answered, asked);
      for (const { pid, status, incomplete } of seen('server', '/file-')) {
        assert.deepEqual([pid, status], [caddy.pid, 200]);
        assert.ok([null, 'reset', 'cut short'].includes(incomplete), incomplete ?? '');
      }
    },
    ['openssl', 'curl', 'caddy'],
  ),
);

/** A client of Go, built so, asks Caddy: goroutines share its connections, and change threads. */
async function askByGo(t: TestContext, flags: readonly string[]): Promise<void> {
  const folder = makeFolder(t);
  const program = await buildGo(folder, `${root}test/live/ask.go`, flags);
  const caddy = await startCaddy(t, folder);
  const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${caddy.port}`]);
  const asking = spawn(program, [`https://127.0.0.1:${caddy.port}`, `${COUNT}`], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  t.after(() => asking.kill('SIGKILL'));
  const ended = once(asking, 'exit');
  await nettop.until(
    'requests of both',
    () => ['client', 'server'].every((side) => under(nettop, side, '/ready').length > 0),
    60_000,
  );
  asking.stdin.end('\n');
  assert.deepEqual(await ended, [0, null]);
  const [asked, answered] = await Promise.all(
    ['client', 'server'].map((side) =>
      nettop.until(
        `all requests of the ${side}`,
        () => under(nettop, side, '/shared/').length >= COUNT && under(nettop, side, '/shared/'),
        60_000,
      ),
    ),
  );
  const told = (lines: readonly RequestLine[] = []) =>
    new Map(lines.map((line) => [line.path, `${ends(line)} ${line.status} ${line.responseBytes}`]));
  assert.deepEqual([asked?.length, told(asked).size], [COUNT, COUNT]);
  assert.deepEqual(told(asked), told(answered));
  assert.ok(asked?.every(({ pid, incomplete }) => pid === asking.pid && incomplete === null));
  assert.ok(answered?.every(({ pid, incomplete }) => pid === caddy.pid && incomplete === null));
}

const GO_TOOLS = ['openssl', 'curl', 'caddy', 'go'];

test(
  'text within TLS of Go: goroutines that share connections and change threads, each request at both ends',
  live((t) => askByGo(t, []), GO_TOOLS),
);

test(
  'text within TLS of Go: the same of a program with C that is linked statically and stripped',
  live((t) => askByGo(t, ['-ldflags=-s -w -linkmode external -extldflags -static']), [...GO_TOOLS, 'gcc']),
);

test(
  'calls of goroutines are forgotten when their process ends within them',
  live(
    async (t) => {
      const caddy = await startCaddy(t, makeFolder(t));
      const nettop = startNettop(t, ['requests', '--tls', '--json', '--port', `${caddy.port}`]);
      const calls = () => keysIn(nettop.pid, 'calls').filter((key) => key.process === caddy.pid).length;
      const options = { port: caddy.port, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false };
      await nettop.until('a call to read that waits', async () => {
        const socket = tls.connect(options, () =>
          socket.write('GET / HTTP/1.1\r\nHost: test.example\r\n\r\n'),
        );
        socket.on('error', () => {});
        t.after(() => socket.destroy());
        await once(socket, 'data');
        return calls() > 0;
      });
      process.kill(caddy.pid, 'SIGKILL');
      await nettop.until('none', () => calls() === 0);
    },
    ['openssl', 'curl', 'caddy', 'bpftool'],
  ),
);
