import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { SLOWNESS } from '../fixtures/slowness.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { live, type Nettop } from './nettop.ts';
import { followRequests, ofSide, runWithin } from './request-rows.ts';
import type { RequestLine } from './rows.ts';
import { type Logged, type Running, startWebServer, WEB_SERVERS, type WebServer } from './web-servers.ts';

/** What is asked in turn on one connection: method, path, more for curl. */
const ASKS: readonly [string, string, string[]?][] = [
  ['GET', '/small'],
  ['GET', '/large'],
  ['HEAD', '/large', ['head']],
  ['GET', '/empty'],
  ['GET', '/none'],
  ['GET', '/small', ['header = "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"']],
  ['GET', '/large', ['header = "Accept-Encoding: gzip"']],
  ['GET', '/large', ['range = "5-1004"']],
  ['GET', '/small', [`header = "X-Long: ${'x'.repeat(64_000)}"`]],
  ['GET', '/small'],
];

const FIRST_PORT = 8000;
/** A row comes some ticks after its request has ended. */
const LONGEST_WAIT_MS = 5000;

/** method, path, status, bytes of the request, bytes of the answer. */
type Told = [string | null, string | null, number | null, number | null, number | null];

const told = (row: RequestLine): Told => [
  row.method,
  row.path,
  row.status,
  row.requestBytes,
  row.responseBytes,
];

/** Asks for all that in one process of curl, which says what it sent and got. */
async function askAll(namespace: Namespace, host: string, port: number) {
  const asks = ASKS.map(([, path, more = []]) =>
    [
      `url = "http://${host}:${port}${path}"`,
      ...['silent', 'raw', 'output = "/dev/null"', ...more],
      'write-out = "%{http_code} %{size_request} %{size_header} %{size_download} %{num_connects}\\n"',
    ].join('\n'),
  );
  const { pid, stdout, stderr } = await runWithin(namespace, ['curl', '-K', '-'], asks.join('\nnext\n'));
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, ASKS.length, stderr);
  const said = lines.map((line, index): Told => {
    const [status = 0, request = 0, head = 0, body = 0] = line.split(' ').map(Number);
    const [method, path] = ASKS[index] ?? [];
    return [method ?? null, path ?? null, status, request, head + body];
  });
  return { pid, said };
}

async function compare(
  namespace: Namespace,
  server: WebServer,
  running: Running,
  nettop: Nettop,
  host: string,
): Promise<void> {
  const before = nettop.requests.length;
  const { pid, said } = await askAll(namespace, host, running.port);
  const seen = (side: 'client' | 'server') =>
    ofSide(nettop.requests.slice(before), side).filter(
      (row) => [row.localPort, row.remotePort].includes(running.port) && row.path !== '/small?first',
    );
  const began = Date.now();
  const isLate = () => Date.now() - began > LONGEST_WAIT_MS * SLOWNESS;
  const [asked, answered] = await nettop.until(`all requests of ${server.name}`, () => {
    const [client, served] = [seen('client'), seen('server')];
    return ((client.length >= said.length && served.length >= said.length) || isLate()) && [client, served];
  });
  assert.deepEqual(answered.map(told), asked.map(told), 'the same at both ends');
  const bytes = (row: Told) => (server.chunks ? row.slice(0, -1) : row);
  assert.deepEqual(asked.map(told).map(bytes), said.map(bytes), 'as curl says');
  assert.deepEqual(new Set(asked.map((row) => row.pid)), new Set([pid]));
  const pids = running.pids();
  for (const row of answered) assert.ok(pids.includes(row.pid ?? 0), `${row.pid} of ${pids}`);
  if (server.logs) compareLog(running.log().slice(-said.length), answered);
}

function compareLog(log: readonly Logged[], rows: readonly RequestLine[]): void {
  const seen = rows.map(({ method, path, status, requestBytes, responseBytes, pid }, index) => {
    const isTold = log[index]?.requestBytes !== null;
    return { method, path, status, requestBytes: isTold ? requestBytes : null, responseBytes, pid };
  });
  assert.deepEqual(seen, log, 'as the server wrote');
}

const lacks = ({ tools }: WebServer): string | undefined =>
  tools.find((tool) => spawnSync('which', [tool]).status !== 0);

test(
  'servers that write in different ways: each request at both ends, as curl and as the server say',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      let nettop: Nettop | undefined;
      for (const [index, server] of WEB_SERVERS.entries())
        await t.test(server.name, async (part) => {
          const absent = lacks(server);
          if (absent) return part.skip(`${absent} is not installed`);
          const running = await startWebServer(part, namespace, server, FIRST_PORT + 10 * index);
          const first = ['curl', '-s', `http://127.0.0.1:${running.port}/small?first`];
          nettop ??= await followRequests(t, namespace, () => runWithin(namespace, first));
          for (const host of ['127.0.0.1', '[::1]']) await compare(namespace, server, running, nettop, host);
        });
      await nettop?.end();
      const { requests, pieces } = nettop?.requestTotals?.lost ?? {};
      assert.deepEqual([requests, pieces], [0, 0]);
    },
    ['curl', 'ss'],
  ),
);
