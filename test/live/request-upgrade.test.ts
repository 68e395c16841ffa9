import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { followRequests, ofSide, runWithin } from './request-rows.ts';
import { startWebServer, type WebServer } from './web-servers.ts';

const PORT = 8400;
const PATHS = ['/small', '/empty', '/none'];
const MODULES = ['mpm_event', 'authz_core', 'http2'];

const apache: WebServer = {
  name: 'Apache with h2c',
  tools: ['apache2'],
  command: ({ folder }) => ['apache2', '-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')],
  settings: ({ folder, port }) => ({
    'apache.conf': `${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName test
Listen 127.0.0.1:${port}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
Protocols h2c http/1.1
H2Upgrade on
DocumentRoot ${folder}/pages`,
  }),
};

test(
  'a connection of HTTP/1 that goes on in HTTP/2: the change is a row, and so is the answer on its first stream',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const { port } = await startWebServer(t, namespace, apache, PORT);
      const ask = (path: string) =>
        runWithin(namespace, [
          ...[
            'curl',
            '-s',
            '--http2',
            '-o',
            '/dev/null',
            '-w',
            '%{http_version} %{http_code} %{size_download}',
          ],
          `http://127.0.0.1:${port}${path}`,
        ]);
      const nettop = await followRequests(t, namespace, () => ask('/small?ready'));
      const expected: string[] = [];
      const pids: number[] = [];
      for (const path of PATHS) {
        const { pid, stdout } = await ask(path);
        const [version, status] = stdout.split(' ');
        assert.equal(version, '2');
        pids.push(pid);
        expected.push(`http GET ${path} 101 h2c`, `http2 GET ${path} ${status} null`);
      }
      for (const side of ['client', 'server'] as const) {
        const rows = () => ofSide(nettop.requests, side).filter(({ path }) => PATHS.includes(path ?? ''));
        await nettop.until(`all of the ${side}`, () => rows().length >= expected.length);
        const told = rows().map((row) => [row.protocol, row.method, row.path, row.status, row.upgrade]);
        assert.deepEqual(told.map((row) => row.map(String).join(' ')).sort(), expected.sort(), side);
        for (const { pid, host, incomplete, responseBytes } of rows()) {
          assert.deepEqual([host, incomplete], [`127.0.0.1:${port}`, null]);
          assert.ok((responseBytes ?? 0) > 2 * 9);
          if (side === 'client') assert.ok(pids.includes(pid ?? 0));
        }
      }
      await nettop.end();
    },
    ['curl', 'apache2', 'ss'],
  ),
);
