import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ranking } from '../../src/views/list/ranking.ts';

/** Numbers that look drawn by lot, the same each time; some come several times. */
function numbers(count: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647; // Park and Miller's generator
    return state % (count / 2);
  });
}

function rankingOf(items: number[]): Ranking<{ value: number }> {
  const boxes = items.map((value) => ({ value }));
  return new Ranking(boxes, (a, b) => (items[a] ?? 0) - (items[b] ?? 0) || a - b);
}

test('any window, one after the other, is the same as of the whole list in order', () => {
  for (const items of [numbers(1000), numbers(1000).sort((a, b) => a - b), Array(1000).fill(7), [5], []]) {
    const ranking = rankingOf(items);
    const sorted = [...items].sort((a, b) => a - b);
    for (const [first, count] of [
      [0, 10],
      [500, 30],
      [990, 50],
      [0, 1],
      [499, 3],
      [2000, 5],
      [0, 1000],
      [3, 0],
    ] as const) {
      const values = ranking.window(first, count).map(({ value }) => value);
      assert.deepEqual(values, sorted.slice(first, first + count));
    }
  }
});

test('an item is found at its place, also among equal ones; what is none of them has none', () => {
  const ranking = rankingOf(numbers(200));
  const all = ranking.window(0, 200);
  assert.deepEqual(
    all.map((item) => ranking.placeOf(item)),
    all.map((_, place) => place),
  );
  assert.equal(ranking.placeOf({ value: 3 }), null);
});
