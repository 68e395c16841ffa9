import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { live, startNettop } from './nettop.ts';

const CONNECTIONS = 16;
const REQUESTS = 1000;
/** So many of them match. */
const EVERY = 50;

interface Asked {
  port: number;
  method: string;
  host: string;
  path: string;
}

/** A server, and what asks it. */
async function serve(t: TestContext): Promise<{ port: number; ask: (asked: Asked) => Promise<void> }> {
  const server = createServer((request, answer) => void request.resume().on('end', () => answer.end('x')));
  server.keepAliveTimeout = 0; // none
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  t.after(() => {
    agent.destroy();
    server.close();
  });
  const ask = ({ port, method, host, path }: Asked): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { host, 'content-length': 0 };
      httpRequest({ agent, port, host: '127.0.0.1', method, path, headers }, (answer) => {
        answer.resume().on('end', resolve);
      })
        .on('error', reject)
        .end();
    });
  return { port: (server.address() as AddressInfo).port, ask };
}

/** A filter that the kernel decides, and how a request has to be for it. */
const CASES: [of: string, filter: (port: number) => string, matching: (port: number) => Partial<Asked>][] = [
  ['part of the URL', (port) => `port ${port} and url "/API/"`, () => ({ path: '/api/' })],
  ['method', (port) => `port ${port} and method put`, () => ({ method: 'PUT' })],
  ['host', (port) => `port ${port} and host *.shop.example`, () => ({ host: 'www.Shop.example' })],
  ['port', (port) => `host 127.0.0.0/8 and port ${port}`, (port) => ({ port })],
];

for (const [of, filter, matching] of CASES)
  test(
    `of requests that are asked for by their ${of} the kernel tells those alone, and all of them`,
    live(async (t) => {
      const [own, other] = await Promise.all([serve(t), serve(t)]);
      const isByPort = of === 'port';
      const nettop = startNettop(t, ['requests', '--json', filter(own.port)]);
      const usual = { port: isByPort ? other.port : own.port, method: 'GET', host: 'a.example', path: '/b/' };
      const wanted = { ...usual, ...matching(own.port) };
      await nettop.until(
        'the first request',
        async () => {
          await own.ask({ ...wanted, path: `${wanted.path}ready` });
          return nettop.requests.length > 0;
        },
        60_000,
      );
      const asked = Array.from({ length: REQUESTS }, (_, n) => {
        const one = n % EVERY === 0 ? wanted : usual;
        return { ...one, path: `${one.path}${n}` };
      });
      await Promise.all(asked.map(own.ask));
      const made = asked.filter((_, n) => n % EVERY === 0).map(({ path }) => path);
      const told = (side: string) =>
        nettop.requests.flatMap((line) =>
          line.side === side && made.includes(line.path ?? '') ? [line.path] : [],
        );
      await nettop.until('all lines', () => told('client').length + told('server').length >= 2 * made.length);
      await nettop.end();
      for (const side of ['client', 'server']) assert.deepEqual(told(side).sort(), [...made].sort(), side);
      const { http = 0, bothEnds = 0, leftOut = 0, lost } = nettop.requestTotals ?? {};
      assert.equal(lost?.requests, 0);
      assert.equal(http + bothEnds, nettop.requests.filter(({ protocol }) => protocol === 'http').length);
      const others = nettop.requests.filter(
        ({ path }) => !path?.endsWith('ready') && !made.includes(path ?? ''),
      );
      // an answer under way as it begins: whether it is one of these is not known
      for (const { path, incomplete } of others)
        assert.deepEqual({ path, incomplete }, { path: null, incomplete: 'joined in the middle' });
      assert.ok(leftOut >= 2 * (REQUESTS - made.length), `${leftOut} left out`);
    }),
  );
