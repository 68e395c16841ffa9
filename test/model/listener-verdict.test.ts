import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HandshakeSources, ListenerLook } from '../../src/model/listener-look.ts';
import {
  followListener,
  LISTENER_THRESHOLDS,
  type ListenerCause,
  type ListenerTrend,
} from '../../src/model/listener-verdict.ts';

const NOBODY: HandshakeSources = {
  looked: 0,
  sources: 0,
  networks: 0,
  stuck: 0,
  stuckIn: [],
  completedThere: 0,
};
const QUIET: ListenerLook = {
  atNs: 0,
  acceptQueue: 0,
  acceptLimit: 128,
  synQueue: 0,
  young: 0,
  synLimit: 128,
  completed: 0,
  accepted: 0,
  abandoned: 0,
  ended: 0,
  silent: 0,
  drops: 0,
  longestWaitSeconds: null,
  handshakes: NOBODY,
  cookies: null,
};

/** A look at each second `n`, counted from 1. */
type Seconds = (n: number) => Partial<ListenerLook>;

/** The verdicts after each of so many looks, from the state before. */
function after(looks: number, of: Seconds, before: ListenerTrend | null = null, from = 0) {
  let trend = before;
  const causes: (ListenerCause | null)[] = [];
  for (let n = 1; n <= looks; n++) {
    trend = followListener(trend, { ...QUIET, ...of(n), atNs: (from + n) * 1e9 });
    causes.push(trend.verdict?.cause ?? null);
  }
  return { trend, causes };
}

/** Ten handshakes in each of so many networks, none of them answered. */
const from = (networks: number, stuck: number): HandshakeSources => ({
  looked: 10 * networks,
  sources: 10 * networks,
  networks,
  stuck,
  stuckIn: Array.from({ length: Math.min(4, networks) }, (_, n) => ({
    network: `192.0.${n}.0/24`,
    handshakes: stuck / networks,
  })),
  completedThere: 0,
});

const jammed: Seconds = (n) => ({ acceptQueue: 129, completed: 130, accepted: 1, drops: 4 * n });
const flooded: Seconds = (n) => ({
  synQueue: 128,
  young: 2,
  abandoned: 10 * n,
  handshakes: from(100, 90),
  cookies: { sent: 400 * n, received: 0, failed: 0 },
});
const silent: Seconds = (n) => ({ completed: 100 * n, accepted: 100 * n, ended: 100 * n, silent: 100 * n });
const lost: Seconds = (n) => ({
  completed: 30 * n,
  accepted: 30 * n,
  ended: 30 * n,
  synQueue: 10,
  handshakes: from(1, 10),
});
const bursting: Seconds = (n) => ({
  acceptQueue: n % 3 === 0 ? 100 : 2,
  completed: 300 * n,
  accepted: 300 * n,
  ended: 280 * n,
  drops: 5 * n,
});
const CONDITIONS: Readonly<Record<ListenerCause, Seconds>> = {
  'slow accept': jammed,
  'SYN flood': flooded,
  'connection flood': silent,
  'answers lost': lost,
  burst: bursting,
};

for (const [cause, of] of Object.entries(CONDITIONS))
  test(`${cause} has its own verdict, after some looks, and no other before or after`, () => {
    const { causes } = after(40, of);
    const first = causes.indexOf(cause as ListenerCause);
    assert.ok(first >= LISTENER_THRESHOLDS.fireLooks && first <= 8, `at look ${first}`);
    assert.deepEqual(new Set(causes.slice(first)), new Set([cause]));
    assert.deepEqual(new Set(causes.slice(0, first)), new Set([null]));
  });

test('a verdict stays for ten looks that do not say the same, with the figures that it had', () => {
  const { trend } = after(10, jammed);
  const { trend: next, causes } = after(12, () => ({ completed: 130, accepted: 130, drops: 40 }), trend, 10);
  const stays = LISTENER_THRESHOLDS.clearLooks - 1;
  assert.deepEqual(
    causes,
    causes.map((_, n) => (n < stays ? 'slow accept' : null)),
  );
  assert.equal(next?.verdict, null);
  const half = after(3, () => ({ completed: 130, accepted: 130 }), trend, 10);
  assert.equal(half.trend?.verdict?.look.acceptQueue, 129);
});

test('a graver one takes the place of one that stands, and no other does', () => {
  const burst = after(12, bursting).trend;
  const past = burst?.look ?? assert.fail();
  const then: Seconds = (n) => ({ ...past, acceptQueue: 129, drops: past.drops + n });
  assert.equal(after(4, then, burst, 12).trend?.verdict?.cause, 'slow accept');
  const slow = after(12, jammed).trend;
  const there = slow?.look ?? assert.fail();
  const now: Seconds = (n) => ({ ...bursting(n), completed: there.completed + 300 * n });
  assert.equal(after(5, now, slow, 12).trend?.verdict?.cause, 'slow accept');
});

test('an idle and a busy listener say nothing: queues that drain, health checks, one client that went', () => {
  const idle = after(30, () => ({}));
  const busy = after(60, (n) => ({
    acceptQueue: n % 7 === 0 ? 40 : 1,
    synQueue: n % 5,
    young: n % 5,
    completed: 2000 * n,
    accepted: 2000 * n,
    ended: 1990 * n,
    silent: 3 * n,
    handshakes: { ...from(3, 1), completedThere: 50 },
  }));
  const checked = after(60, (n) => ({ completed: 5 * n, accepted: 5 * n, ended: 5 * n, silent: 5 * n }));
  const small = after(30, (n) => ({
    acceptLimit: 1,
    acceptQueue: n % 2,
    completed: n,
    accepted: n,
    ended: n,
  }));
  for (const { causes } of [idle, busy, checked, small]) assert.deepEqual(new Set(causes), new Set([null]));
});

test('SYNs that clients send again while their handshakes are under way, which the drops have too, fill no queue', () => {
  const again: Seconds = (n) => ({ ...lost(n), synQueue: 10, drops: 10 * n, handshakes: from(8, 8) });
  assert.deepEqual(new Set(after(30, again).causes), new Set([null]));
});

test('a flood of made-up addresses of one network is one by its rate; of few attempts the answers are lost', () => {
  const many: Seconds = (n) => ({
    synQueue: 128,
    young: 0,
    abandoned: 60 * n,
    handshakes: { ...from(1, 120), looked: 128 },
  });
  const few: Seconds = () => ({ synQueue: 80, young: 0, handshakes: from(1, 70) });
  assert.equal(after(12, many).trend?.verdict?.cause, 'SYN flood');
  assert.equal(after(60, few).trend?.verdict?.cause, 'answers lost');
});

test('cookies of the network namespace are not held against a listener whose own SYN queue is empty', () => {
  const beside: Seconds = (n) => ({
    ...bursting(n),
    cookies: { sent: 4000 * n, received: 0, failed: 0 },
  });
  assert.equal(after(12, beside).trend?.verdict?.cause, 'burst');
});
