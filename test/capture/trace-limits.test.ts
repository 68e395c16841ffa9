import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceLimits } from '../../src/capture/trace-limits.ts';

const MB = 1 << 20;

test('the screen reads less than what is written; the user’s word goes before both', () => {
  assert.deepEqual(
    [true, false].map((isScreen) => traceLimits(null, isScreen)),
    [
      { rateLimit: 2000, ringBytes: 4 * MB },
      { rateLimit: 10_000, ringBytes: 8 * MB },
    ],
  );
  for (const isScreen of [true, false])
    assert.deepEqual(
      [0, 400, 2001].map((given) => traceLimits(given, isScreen)),
      [
        { rateLimit: 0, ringBytes: 8 * MB },
        { rateLimit: 400, ringBytes: 4 * MB },
        { rateLimit: 2001, ringBytes: 8 * MB },
      ],
    );
});
