import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { followRequests, ofSide, runWithin } from './request-rows.ts';
import { CONNECTIONS, startPathServer, startWrk } from './wrk.ts';

const REQUESTS = 50_000;
const MOST_SECONDS = 60;
const READY = '/200/ready';

test(
  '50,000 requests of wrk: rows and counted losses are as many as wrk and nginx say, at each end, and each row is right',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const server = await startPathServer(t, namespace);
      const ready = ['curl', '-s', `http://127.0.0.1:${server.port}${READY}`];
      const nettop = await followRequests(t, namespace, () => runWithin(namespace, ready), [
        '--port',
        `${server.port}`,
      ]);
      const startedMs = Date.now(); // of what was under way as nettop began the path is not known
      const made = await startWrk(namespace, server, { most: REQUESTS, seconds: MOST_SECONDS }).made;
      const log = await server.end();
      log.delete(READY);
      // those under way when wrk left are in the log alone
      assert.ok(
        made >= REQUESTS && log.size >= made && log.size <= made + CONNECTIONS,
        `${made} ${log.size}`,
      );
      const rows = (side: 'client' | 'server') =>
        ofSide(nettop.requests, side).filter(({ time }) => Date.parse(time) >= startedMs);
      const before = Date.now();
      const late = () => Date.now() - before > 10_000;
      await nettop.until(
        'all rows',
        () => rows('client').length + rows('server').length >= 2 * log.size || late(),
        60_000,
      );
      await nettop.end();
      const { requests = 0, pieces, unread = 0 } = nettop.requestTotals?.lost ?? {};
      const lost = requests + unread;
      const [asked, answered] = [rows('client'), rows('server')];
      assert.equal(asked.length + answered.length + lost, 2 * log.size, `${lost} lost`);
      if (lost === 0) assert.deepEqual([asked.length, answered.length], [log.size, log.size]);
      for (const row of [...asked, ...answered]) {
        const { path, status, responseBytes, incomplete } = row;
        if (incomplete !== null) continue;
        assert.deepEqual({ status, responseBytes }, log.get(path ?? ''), `${path}`);
      }
      const isUnknown = (row: (typeof asked)[number]) => row.incomplete !== null;
      for (const side of [asked, answered])
        assert.ok(side.filter(isUnknown).length <= CONNECTIONS + lost + (pieces ?? 0));
    },
    ['nginx', 'wrk', 'curl', 'ss'],
  ),
);
