import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { live, startNettop } from './nettop.ts';

const CONNECTIONS = 16;
const REQUESTS = 5000;
const STATUSES = [200, 201, 404, 503];

/** One request; resolves when its answer has come whole. */
function ask(agent: Agent, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    httpRequest({ agent, port, host: '127.0.0.1', path }, (answer) => {
      answer.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}

test(
  'of many requests each is a line at each end, or counted as lost, and none has the answer of another',
  live(async (t) => {
    const server = createServer(({ url = '' }, answer) => {
      answer.writeHead(Number(url.split('/')[2])).end('x'.repeat(url.length));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    t.after(() => agent.destroy());
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`, '--rate-limit', '0']);
    await nettop.until('the first request', async () => {
      await ask(agent, port, '/ready/200');
      return nettop.requests.length > 0;
    });
    const paths = Array.from({ length: REQUESTS }, (_, n) => `/${n}/${STATUSES[n % STATUSES.length]}`);
    await Promise.all(paths.map((path) => ask(agent, port, path)));
    const made = () =>
      nettop.requests.filter(
        ({ path, incomplete }) => path !== '/ready/200' && incomplete !== 'joined in the middle',
      );
    const before = Date.now();
    await nettop.until('all lines', () => made().length >= 2 * REQUESTS || Date.now() - before > 5000);
    await nettop.end();
    const lost = nettop.requestTotals?.lost.requests ?? 0;
    assert.equal(made().length + lost, 2 * REQUESTS);
    const joined = made().filter(({ peerPid }) => peerPid === process.pid).length;
    assert.ok(made().length - joined <= lost, `${joined} of ${made().length} have their other end`);
    assert.ok((nettop.requestTotals?.bothEnds ?? 0) >= joined / 2);
    for (const { path, status, responseBytes, incomplete } of made()) {
      if (incomplete !== null) continue;
      assert.deepEqual([path, status], [path, Number(path?.split('/')[2])]);
      assert.ok((responseBytes ?? 0) > (path?.length ?? 0));
    }
  }),
);

test(
  'of requests that a filter asks for by their URL the kernel tells those alone',
  live(async (t) => {
    const server = createServer((_, answer) => void answer.end('x'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    t.after(() => agent.destroy());
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`, 'url "/API/"']);
    await nettop.until('the first request', async () => {
      await ask(agent, port, '/api/ready');
      return nettop.requests.length > 0;
    });
    const paths = Array.from({ length: 500 }, (_, n) => (n % 50 === 0 ? `/api/${n}` : `/other/${n}`));
    await Promise.all(paths.map((path) => ask(agent, port, path)));
    const told = (side: string) =>
      nettop.requests.filter((line) => line.side === side && line.path !== '/api/ready');
    await nettop.until('all lines', () => told('client').length >= 10 && told('server').length >= 10);
    await nettop.end();
    for (const side of ['client', 'server'])
      assert.deepEqual(
        new Set(told(side).map(({ path }) => path)),
        new Set(paths.filter((path) => path.startsWith('/api/'))),
      );
    const { http = 0, bothEnds = 0 } = nettop.requestTotals ?? {};
    assert.equal(http + bothEnds, nettop.requests.length);
  }),
);
