import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceIndex } from '../../src/views/trace/trace-index.ts';
import { emptyPackets } from '../fixtures/packets.ts';

const KEPT = 131_072;
const record = new Uint32Array(50);

/** An index over packets that are told apart by their number alone; `add` offers as the kernel delivers. */
function openIndex(matches: (number: number) => boolean) {
  const packets = emptyPackets();
  const index = new TraceIndex(packets, matches);
  const add = (count: number, known = false): void => {
    for (let i = 0; i < count; i++) {
      packets.add(record, 0);
      index.offer(packets.end - 1, known);
    }
  };
  const numbers = (): number[] => Array.from({ length: index.size }, (_, place) => index.at(place));
  /** As often as it takes to look at every packet that is kept, in pieces of at least a thousand. */
  const tendAll = (): void => {
    for (let turn = 0; turn <= KEPT / 1000; turn++) index.tend();
  };
  return { index, packets, add, numbers, tendAll };
}

const every = (step: number) => (number: number) => number % step === 0;

test('new packets join when they match, or when the kernel vouches for them', () => {
  const { add, numbers } = openIndex(every(4));
  add(9);
  add(3, true);
  assert.deepEqual(numbers(), [0, 4, 8, 9, 10, 11]);
});

test('another filter looks through what is there, and through what comes', () => {
  const { index, add, numbers } = openIndex(every(1));
  add(10);
  index.reset(every(3));
  add(6);
  const changed = numbers();
  index.reset(() => false);
  assert.deepEqual([changed, numbers()], [[0, 3, 6, 9, 12, 15], []]);
});

test('older packets are found piece by piece, newest first, and none twice', () => {
  const { index, add, numbers } = openIndex(every(1));
  add(50_000);
  index.reset(every(10_000));
  const found = [numbers()];
  for (let turn = 0; turn < 50; turn++) {
    index.tend();
    found.push(numbers());
  }
  assert.deepEqual(
    [...new Set(found.map(String))],
    ['', '40000', '30000,40000', '20000,30000,40000', '10000,20000,30000,40000', '0,10000,20000,30000,40000'],
  );
});

test('overwritten packets leave, from before the filter and from after it', () => {
  const { index, add, numbers, tendAll } = openIndex(every(1));
  add(20_000);
  index.reset(every(10_000));
  tendAll();
  add(KEPT - 15_000);
  index.tend();
  const some = numbers().slice(0, 3);
  add(20_000);
  index.tend();
  assert.deepEqual(
    [some, numbers().slice(0, 2)],
    [
      [10_000, 20_000, 30_000],
      [30_000, 40_000],
    ],
  );
});

test('packets overwritten before they were looked at are never looked at', () => {
  const { index, packets, add, numbers, tendAll } = openIndex(every(1));
  add(KEPT);
  const looked: number[] = [];
  index.reset((number) => looked.push(number) > 0 && number % 40_000 === 0);
  const first = looked.length;
  add(KEPT, true);
  tendAll();
  assert.deepEqual([looked.length, numbers()[0], index.size], [first, packets.start, KEPT]);
});

test('much that was overwritten does not stay in memory’s way', () => {
  const { index, packets, add } = openIndex(every(1));
  for (let turn = 0; turn < 6; turn++) {
    add(50_000);
    index.tend();
  }
  assert.deepEqual([index.size, index.at(0), index.at(index.size - 1)], [KEPT, packets.start, 299_999]);
});

test('a place is found by its number, or the next one’s', () => {
  const { index, add } = openIndex(every(10));
  add(35);
  index.reset(every(10));
  add(35);
  assert.deepEqual(
    [-5, 0, 1, 30, 31, 60, 61, 1000].map((number) => index.find(number)),
    [0, 0, 1, 3, 4, 6, 7, 7],
  );
});

test('a place outside the list is an error', () => {
  const { index, add } = openIndex(every(1));
  add(1);
  assert.throws(() => index.at(1), { name: 'RangeError', message: 'no packet at 1' });
});
