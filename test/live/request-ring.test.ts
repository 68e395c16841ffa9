import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../src/capture/exchanges/exchange.ts';
import { RequestBook } from '../../src/capture/exchanges/request-book.ts';
import { RequestPieces } from '../../src/capture/requests/request-pieces.ts';
import { requestNeeds } from '../../src/filter/needs.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { NO_WISHES } from '../../src/protocols/http1.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { runWithin } from './request-rows.ts';
import { CONNECTIONS, startPathServer, startWrk } from './wrk.ts';

const MOST_SECONDS = 30;
/** As the worker does. */
const DRAIN_MS = 20;

interface Drained {
  seen: Exchange[];
  pieces: number;
  stop(): Promise<void>;
}

/** Takes pieces in until it is stopped. */
function drain(t: TestContext, pieces: RequestPieces): Drained {
  const drained: Drained = { seen: [], pieces: 0, stop };
  const began = (exchange: Exchange) => drained.seen.push(exchange);
  const book = new RequestBook({ began, joined: () => {}, done: () => {} }, NO_WISHES);
  const look = () => {
    drained.pieces += pieces.drain((piece) => book.take(piece));
  };
  const timer = setInterval(look, DRAIN_MS);
  t.after(() => clearInterval(timer));
  async function stop() {
    await sleep(2 * DRAIN_MS);
    clearInterval(timer);
    look();
    book.interrupt();
  }
  return drained;
}

function follow(t: TestContext, filter: string, ringBytes?: number): RequestPieces {
  const pieces = new RequestPieces({ haveCookies: true, ...(ringBytes && { ringBytes }) });
  t.after(() => pieces.stop());
  pieces.want(requestNeeds(parseFilter(filter)));
  pieces.start(false);
  return pieces;
}

test(
  'with a ring of 64 KiB most is lost and counted, and no request has the answer of another',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const server = await startPathServer(t, namespace);
      const pieces = follow(t, `http and port ${server.port}`, 1 << 16);
      const drained = drain(t, pieces);
      const made = await startWrk(namespace, server, { most: 30_000, seconds: MOST_SECONDS }).made;
      const log = await server.end();
      await drained.stop();
      assert.ok(log.size >= made && log.size <= made + CONNECTIONS, `${made} of ${log.size}`);
      const loss = pieces.loss();
      t.diagnostic(`${drained.seen.length} seen, ${loss.requests} requests and ${loss.pieces} pieces lost`);
      assert.ok(loss.requests > made / 10, 'the ring was full');
      assert.equal(drained.seen.length + loss.requests, 2 * log.size);
      let whole = 0;
      for (const { path, status, responseBytes, gap } of drained.seen) {
        if (status !== null) assert.equal(status, Number(path?.split('/')[1]), `${path}`);
        if (gap !== null || responseBytes === null) continue;
        whole++;
        assert.deepEqual({ status, responseBytes }, log.get(path ?? ''), `${path}`);
      }
      assert.ok(whole > 200, `${whole} are whole`);
    },
    ['nginx', 'wrk', 'ss'],
  ),
);

test(
  'of url "/api/" beside 10,000 others a second, those alone cross the ring',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const server = await startPathServer(t, namespace);
      const pieces = follow(t, `http and port ${server.port} and url "/API/"`);
      const drained = drain(t, pieces);
      const others = startWrk(namespace, server, { most: 30_000, seconds: MOST_SECONDS, prefix: 'other/' });
      const paths = Array.from({ length: 100 }, (_, index) => `/200/api/${index}`);
      const urls = paths.map((path) => `http://127.0.0.1:${server.port}${path}`);
      await runWithin(namespace, ['curl', '-s', '--rate', '100/s', ...urls]);
      const made = await others.made;
      const log = await server.end();
      await drained.stop();
      const loss = pieces.loss();
      assert.deepEqual([loss.requests, loss.pieces], [0, 0]);
      assert.ok(loss.leftOut >= 2 * (log.size - paths.length), `${loss.leftOut} were left out`); // with those of other tests
      t.diagnostic(`${made} others left out, ${drained.pieces} pieces crossed the ring`);
      for (const isClient of [true, false]) {
        const seen = drained.seen.filter((exchange) => exchange.isClient === isClient);
        assert.deepEqual(new Set(seen.map(({ path }) => path)), new Set(paths));
      }
      // a request, its answer, and the ends of connections: others have ends alone
      assert.ok(
        drained.pieces <= 2 * 2 * (paths.length + 1) + 2 * 2 * (CONNECTIONS + 1),
        `${drained.pieces}`,
      );
    },
    ['nginx', 'wrk', 'curl', 'ss'],
  ),
);
