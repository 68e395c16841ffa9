import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { bytesOfStruct, indexKey } from '../fixtures/bpf.ts';
import { testProgramsOrSkip } from '../fixtures/test-programs.ts';

const [LIMIT, LEAST] = [6000, 2000];
const KNOBS = { request_ns: Math.round(1e9 / LIMIT), least_request_ns: Math.round(1e9 / LEAST) };
const BURST_SECONDS = 0.5;
/** Requests that one run of the program asks of. */
const AT_ONCE = 1000;
const BEGIN_NS = 1e12;

/** How many of requests that come at an even rate for some seconds are told. */
function limitOrSkip(t: TestContext, knobs: Record<string, number>) {
  const programs = testProgramsOrSkip<'run_requests'>(t, 'limit.bpf.c', knobs);
  if (!programs) return null;
  const { object, btf, run } = programs;
  const layout = btf.layout('requests');
  let now = BEGIN_NS;
  return (rate: number, seconds: number): number => {
    const gap_ns = Math.round(1e9 / rate);
    object.map('requests').update(indexKey(0), bytesOfStruct(layout, { now, gap_ns, told: 0 }));
    for (let asked = 0; asked < rate * seconds; asked += AT_ONCE) run('run_requests');
    const found = object.map('requests').read(0);
    now = Number(found.readBigUInt64LE(0));
    return found.readUInt32LE(layout.members.find(({ name }) => name === 'told')?.offset ?? 0);
  };
}

const isNear = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) <= 0.02 * expected, `${found}, not ${expected}`);

test('up to the rate limit all requests are told, and a burst beyond it', (t) => {
  const told = limitOrSkip(t, KNOBS);
  if (!told) return;
  assert.equal(told(LIMIT - 1000, 4), (LIMIT - 1000) * 4);
  const burst = LIMIT * BURST_SECONDS;
  assert.equal(told(100_000, burst / 100_000), burst);
});

test('the more requests come beyond the limit the fewer are told, down to the least', (t) => {
  const told = limitOrSkip(t, KNOBS);
  if (!told) return;
  // those that are told take their time, and those held back a fourth of it: told + held / 4 = the limit
  for (const rate of [7000, 10_000, 14_000, 18_000, 70_000, 1_000_000]) {
    told(rate, 4); // the burst is used up
    isNear(told(rate, 2), 2 * Math.max(LEAST, (LIMIT - rate / 4) / (3 / 4)));
  }
});

test('when fewer requests come again all are told after half a second', (t) => {
  const told = limitOrSkip(t, KNOBS);
  if (!told) return;
  told(100_000, 3);
  told(1000, 1);
  assert.equal(told(5000, 2), 10_000);
});

test('a limit that is asked for holds however many requests come, and without one there is none', (t) => {
  const told = limitOrSkip(t, { request_ns: KNOBS.request_ns });
  told?.(100_000, 1);
  if (told) isNear(told(100_000, 2), 2 * LIMIT);
  assert.equal(limitOrSkip(t, { request_ns: 0 })?.(100_000, 1) ?? 100_000, 100_000);
});
