import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrefixCipher } from '../../src/private/prefix-cipher.ts';

const KEYS = 2000;
const LAST = 127;
const NEVER = 0;

test('whether a bit is flipped says nothing about the next one', () => {
  const address = Uint8Array.of(...Array(10).fill(0), 0xff, 0xff, 10, 1, 0, 1);
  let alike = 0;
  for (let key = 0; key < KEYS; key++) {
    const flipped = (new PrefixCipher().flip(address, LAST - 1, NEVER)[LAST >> 3] ?? 0) ^ 1;
    if (flipped === 0 || flipped === 3) alike++;
  }
  assert.ok(alike > 0.4 * KEYS && alike < 0.6 * KEYS, `${alike} of ${KEYS}`); // nine standard deviations
});
