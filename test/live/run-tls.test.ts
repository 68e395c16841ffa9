import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { cli, live } from './nettop.ts';
import { startRun } from './run-reports.ts';
import { makeCertificate } from './tls-peer.ts';

test(
  'requests within TLS on request alone, from the first on, with what the handshake said; the cost is told',
  live(
    async (t) => {
      const server = createServer(makeCertificate(t), ({ url }, response) => {
        response.writeHead(url === '/gone' ? 404 : 200).end('x'.repeat(3000));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => server.close());
      const { port } = server.address() as AddressInfo;
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
