import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { ofSide, runWithin } from './request-rows.ts';
import { type Ask, CONNECTIONS, startPathServer, startWrk } from './wrk.ts';

const NEEDED = ['nginx', 'wrk', 'curl', 'ss'];
const MOST_SECONDS = 60;
const READY = '/200/ready777';
/** Of as many as wrk makes in a second some tenth. */
const LIMIT = ['--rate-limit', '500'];
/** The same where each has a connection of its own, on a busy machine too. */
const LOW_LIMIT = ['--rate-limit', '50'];

/** What wrk asks of nginx in a namespace beside nettop, and what nettop and nginx say of that. */
async function beside(
  t: Parameters<typeof createNamespace>[0],
  options: readonly string[],
  ask: Partial<Ask>,
) {
  const namespace = createNamespace(t);
  const server = await startPathServer(t, namespace, '127.0.0.1', ask.closes ? 'deferred' : '');
  const ready = ['curl', '-s', `http://127.0.0.1:${server.port}${READY}`];
  const port = ['--port', `${server.port}`]; // a process is not known in time of each short connection
  const nettop = startNettop(t, ['requests', '--json', ...port, ...options]);
  await nettop.until('the first request', async () => {
    await runWithin(namespace, ready);
    return nettop.requests.some(({ path }) => path === READY);
  });
  const early = nettop.requests.length; // among them one that was under way as nettop began, whose path is not known
  await startWrk(namespace, server, {
    most: 50_000,
    seconds: MOST_SECONDS,
    ...ask,
  }).made;
  const log = await server.end();
  log.delete(READY);
  await nettop.end();
  const rows = nettop.requests.slice(early).filter(({ path }) => path !== READY);
  const wrong = rows.filter(({ path, status, responseBytes, incomplete }) => {
    const said = log.get(path ?? '');
    return incomplete === null && (said?.status !== status || said.responseBytes !== responseBytes);
  });
  const { lost, leftOut = 0 } = nettop.requestTotals ?? {};
  const [asked, answered] = [ofSide(rows, 'client'), ofSide(rows, 'server')];
  return { rows, asked, answered, wrong, log, lost, leftOut };
}

test(
  'of 50,000 requests of wrk those over the rate limit are held back at both ends: rows, losses and these are all',
  live(async (t) => {
    const { asked, answered, wrong, log, lost, rows } = await beside(t, LIMIT, {});
    const { requests = 0, pieces, unread, heldBack = 0 } = lost ?? {};
    assert.deepEqual([requests, pieces, unread], [0, 0, 0]);
    assert.ok(log.size >= 50_000 && heldBack > log.size / 4, `${heldBack} of ${log.size}`);
    assert.deepEqual([asked.length, answered.length], [log.size - heldBack, log.size - heldBack]);
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      rows.filter(({ incomplete }) => incomplete === 'pieces lost'),
      [],
    );
    const whole = rows.filter(({ incomplete, peerPid }) => incomplete === null && peerPid !== null);
    assert.ok(whole.length >= rows.length - 2 * CONNECTIONS, `${whole.length} of ${rows.length}`);
  }, NEEDED),
);

test(
  'what a filter does not want takes nothing of the rate limit',
  live(async (t) => {
    const { asked, answered, wrong, log, lost, leftOut } = await beside(
      t,
      [...LIMIT, 'method GET and url "777"'],
      { most: 10_000 },
    );
    const paths = [...log.keys()].filter((path) => path.includes('777'));
    assert.ok(paths.length >= 10, `${paths.length}`);
    assert.deepEqual([lost?.heldBack, lost?.requests, lost?.pieces], [0, 0, 0]);
    assert.deepEqual(asked.map(({ path }) => path).sort(), paths.sort());
    assert.equal(answered.length, paths.length);
    assert.ok(leftOut >= 2 * (log.size - paths.length)); // others' too
    assert.deepEqual(wrong, []);
  }, NEEDED),
);

test(
  'of requests that follow each other without waiting none has the answer of another, where many are held back',
  live(async (t) => {
    const { asked, wrong, rows, lost } = await beside(t, LIMIT, {
      pipelined: 3,
    });
    assert.ok((lost?.heldBack ?? 0) > 1000 && asked.length > 500);
    assert.deepEqual(wrong, []);
    const reasons = new Set(rows.map(({ incomplete }) => incomplete));
    reasons.delete('under way');
    assert.deepEqual(reasons, new Set([null, 'pieces lost']));
  }, NEEDED),
);

test(
  'requests that their listener is shown, as they come with the end of the handshake, are held back too',
  live(async (t) => {
    const { asked, answered, wrong, log, lost } = await beside(t, LOW_LIMIT, {
      most: 10_000,
      closes: true,
    });
    const { requests, pieces, unread, unfollowed, givenUp, heldBack = 0 } = lost ?? {};
    assert.deepEqual([requests, pieces, unread, unfollowed, givenUp], [0, 0, 0, 0, 0]);
    assert.ok(heldBack > log.size / 4, `${heldBack} of ${log.size}`);
    assert.deepEqual([asked.length, answered.length], [log.size - heldBack, log.size - heldBack]);
    assert.deepEqual(wrong, []);
    assert.ok(!answered.some(({ incomplete }) => incomplete === 'joined in the middle'));
  }, NEEDED),
);
