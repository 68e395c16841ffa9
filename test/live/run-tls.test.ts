import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cli, live } from './nettop.ts';
import { startRun } from './run-reports.ts';
import { makeCertificate } from './tls-peer.ts';

/** Gives 3000 bytes for each path but /gone. */
async function startHttps(t: TestContext): Promise<number> {
  const server = createServer(makeCertificate(t), ({ url }, response) => {
    response.writeHead(url === '/gone' ? 404 : 200).end('x'.repeat(3000));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test(
  'requests within TLS on request alone, from the first on, with what the handshake said; the cost is told',
  live(
    async (t) => {
      const port = await startHttps(t);
      const get = (path: string) =>
        `curl -sk -o /dev/null --connect-to test.example:443:127.0.0.1:${port} https://test.example${path}`;
      const command = ['sh', '-c', `${get('/page?key=1')}; ${get('/gone')}`];
      const told = async (flags: string[]) => {
        const { requests, stderr } = await startRun(t, command, { flags }).done;
        const rows = requests.map(({ method, host, path, status, side, process, tls }) =>
          path === null
            ? [tls?.serverName, side]
            : [method, host, path, status, side, process, tls?.serverName],
        );
        return { rows, stderr };
      };
      const shake = ['test.example', 'client'];
      const plain = await told([]);
      assert.deepEqual([plain.rows, plain.stderr], [[shake, shake], '']);
      const { rows, stderr } = await told(['--tls']);
      assert.deepEqual(rows, [
        shake,
        ['GET', 'test.example', '/page?key', 200, 'client', 'curl', 'test.example'],
        shake,
        ['GET', 'test.example', '/gone', 404, 'client', 'curl', 'test.example'],
      ]);
      assert.match(stderr, /^nettop: text within TLS is read from now on: each call .* microseconds more\n$/);
      const { status } = spawnSync(process.execPath, [cli, 'run', '--tls']);
      assert.equal(status, 2, 'without a command');
    },
    ['curl', 'openssl'],
  ),
);

test(
  'a script of a program with a library of its own, which nobody else runs: its one request is told, or said to be missing',
  live(
    async (t) => {
      const port = await startHttps(t);
      const folder = mkdtempSync(join(tmpdir(), 'nettop-run-tls-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const [engine, script] = [join(folder, 'engine'), join(folder, 'script')];
      copyFileSync(process.execPath, engine);
      const body = `require('https').get('https://127.0.0.1:${port}/first', { rejectUnauthorized: false }, (answer) => answer.resume())`;
      writeFileSync(script, `#!${engine}\n${body}\n`);
      chmodSync(script, 0o755);
      const { code, requests, run } = await startRun(t, [script], { flags: ['--tls'] }).done;
      assert.equal(code, 0);
      const seen = requests.flatMap(({ path, status, side }) =>
        path === null ? [] : [[path, status, side]],
      );
      // a request that leaves together with the end of the handshake has no socket that is proved
      if (seen.length > 0) assert.deepEqual(seen, [['/first', 200, 'client']]);
      else
        assert.match(
          run.warnings.join('\n'),
          /^\d+ sessions of TLS are not told: their sockets were not found$/m,
        );
    },
    ['openssl'],
  ),
);
