import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sanitize } from '../../src/text/text.ts';
import { newSeed, type Random, seeded } from '../fixtures/filter-random.ts';
import { PARSERS, SAMPLES } from './samples.ts';

const LONGEST = 4096;

test('each parser reads its own message', () => {
  for (const name of Object.keys(PARSERS))
    assert.notEqual(PARSERS[name]?.(SAMPLES[name] ?? new Uint8Array()), null, name);
});

test('no parser throws, reads beyond its range or returns text that is not safe, whatever the bytes', (t) => {
  const random = seeded(newSeed(t));
  for (const [name, parse] of Object.entries(PARSERS)) {
    for (const bytes of [...beginnings(), ...damaged(random), ...noise(random)]) {
      const read = parse(bytes);
      assertSafe(read, name);
      assert.deepEqual(parse(embedded(bytes, random(256))), read, name);
    }
  }
});

test('long input of one byte is read in bounded work', () => {
  for (const parse of Object.values(PARSERS))
    for (let byte = 0; byte < 256; byte++) parse(new Uint8Array(LONGEST).fill(byte));
});

function* beginnings(): Generator<Uint8Array> {
  for (const bytes of Object.values(SAMPLES))
    for (let length = 0; length <= bytes.length; length++) yield bytes.subarray(0, length);
}

function* damaged(random: Random): Generator<Uint8Array> {
  for (const bytes of Object.values(SAMPLES))
    for (let index = 0; index < 40; index++) {
      const copy = Uint8Array.from(bytes);
      for (let times = 0; times <= random(4); times++) copy[random(copy.length)] = random(256);
      yield copy;
    }
}

function* noise(random: Random): Generator<Uint8Array> {
  for (let index = 0; index < 200; index++) yield Uint8Array.from({ length: random(200) }, () => random(256));
}

/** The same bytes in the middle of others, which are no part of the range. */
function embedded(bytes: Uint8Array, around: number): Uint8Array {
  const memory = new Uint8Array(bytes.length + 64).fill(around);
  memory.set(bytes, 32);
  return memory.subarray(32, 32 + bytes.length);
}

function assertSafe(value: unknown, name: string): void {
  if (typeof value === 'string') assert.equal(sanitize(value), value, name);
  else if (Array.isArray(value)) for (const part of value) assertSafe(part, name);
  else if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value))
    assertSafe(Object.values(value), name);
  else if (typeof value === 'number') assert.ok(Number.isSafeInteger(value), name);
}
