import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enoughSeconds, RateClock } from '../../src/machine/rate-clock.ts';

test('a rate is over the time from look to look; where counting begins there is none', () => {
  const clock = new RateClock();
  clock.look(10e9);
  clock.until(10.5e9); // the counters were read later than the look began
  const first = clock.isKnown;
  clock.look(12e9);
  clock.until(12.5e9);
  assert.deepEqual([first, clock.isKnown, clock.seconds, clock.rate(300, 0)], [false, true, 2, 150]);
});

test('too little time has no rate of its own: what was known before is taken in, with its time', () => {
  const clock = new RateClock();
  clock.restart(10e9);
  clock.look(10.025e9, 0.5);
  const short = [clock.isKnown, clock.rate(1, 0)];
  clock.look(11.025e9, 0.5);
  const whole = clock.rate(40, 0);
  clock.look(11.275e9, 0.5);
  assert.deepEqual(short, [false, 0]);
  assert.deepEqual([whole, clock.isKnown, clock.isJoined, clock.wholeSeconds], [40, true, true, 1.25]);
  assert.deepEqual([clock.rate(10, whole), clock.rate(0, whole)], [40, 32]);
});

test('enough is half an interval, half a second at most', () => {
  assert.deepEqual([100, 1000, 10_000].map(enoughSeconds), [0.05, 0.5, 0.5]);
});
