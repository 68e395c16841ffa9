import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PackedRecords } from '../../src/views/trace/packed-records.ts';

const WORDS = 50;
const MOST = 131_072;
/** 8 MB, less what a page has no room for at its end. */
const [BYTES, MARKS, LEFT] = [8 << 20, 8, (2048 * 4 - 4 * WORDS) / 8192];

/** Numbers that look like noise, the same in each run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state ^ (state >>> 16)) >>> 0;
  };
}

/** Adds records in which the words are others than before with that probability; returns all of them. */
function fill(records: PackedRecords, count: number, changes: number, next = noise(7)): Uint32Array[] {
  const all: Uint32Array[] = [];
  let record = new Uint32Array(WORDS);
  for (let number = 0; number < count; number++) {
    record = record.map((word) => (next() < changes * 2 ** 32 ? next() : word));
    all.push(record);
    records.add(Uint32Array.of(1, 2, ...record, 3), 2);
  }
  return all;
}

/** Those that are kept and are not what went in. */
function wrong(records: PackedRecords, all: readonly Uint32Array[]): number[] {
  const found: number[] = [];
  const record = new Uint32Array(WORDS);
  for (let number = records.start; number < records.end; number++) {
    records.read(number, record);
    const isRight = (word: number, at: number) =>
      word === all[number]?.[at] && word === records.word(number, at);
    if (!record.every(isRight)) found.push(number);
  }
  return found;
}

test('records come out as they went in, in any order', () => {
  const records = new PackedRecords(WORDS, MOST);
  const all = fill(records, 5000, 0.1);
  assert.deepEqual([records.start, records.end, wrong(records, all)], [0, 5000, []]);
  const record = new Uint32Array(WORDS);
  records.read(17, record);
  assert.deepEqual(record, all[17]);
});

test('of records that have little in common fewer are kept: the newest', () => {
  const records = new PackedRecords(WORDS, MOST);
  const all = fill(records, 100_000, 1);
  const kept = records.end - records.start;
  const room = Math.floor(BYTES / (4 * WORDS + MARKS));
  assert.equal(records.end, 100_000);
  assert.ok(kept <= BYTES / (4 * WORDS) && kept > 0.95 * LEFT * room, `${kept} kept, room for ${room}`);
  assert.deepEqual(wrong(records, all), []);
});

test('of records that are alike as many are kept as may be', () => {
  const records = new PackedRecords(WORDS, MOST);
  const all = fill(records, MOST + 30_000, 0.0005);
  assert.deepEqual([records.start, records.end, wrong(records, all)], [30_000, MOST + 30_000, []]);
});

test('what is kept is right at each step while the oldest give way, whatever comes', () => {
  const records = new PackedRecords(WORDS, 3000);
  const next = noise(3);
  const all: Uint32Array[] = [];
  let before = 0;
  for (const changes of [0.02, 1, 0, 0.4, 0.02]) {
    for (let piece = 0; piece < 6; piece++) {
      all.push(...fill(records, 9000, changes, next));
      assert.ok(records.start >= before && records.end === all.length);
      assert.deepEqual(wrong(records, all), []);
      before = records.start;
    }
  }
  assert.equal(records.end - records.start, 3000);
});
