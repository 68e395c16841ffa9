import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ViewQuestion } from '../../src/model/question.ts';
import { type List, view } from '../../src/views/list/window.ts';

function listOf(keys: string): List<{ key: string }> {
  const rows = [...keys].map((key) => ({ key }));
  return {
    size: rows.length,
    find: (key) => (keys.includes(key) ? keys.indexOf(key) : null),
    rows: (first, count) => rows.slice(first, first + count),
  };
}

/** The window as "first:rows/total", the selected row in brackets. */
function shown(keys: string, rows: number, cursor: ViewQuestion['cursor'], before: number | null): string {
  const answer = view(listOf(keys), { sort: 'rate', descending: true, rows, cursor }, before);
  const cells = answer.rows.map(({ key }, index) =>
    answer.first + index === answer.selected ? `[${key}]` : key,
  );
  const selected = answer.rows[(answer.selected ?? 0) - answer.first]?.key ?? null;
  assert.equal(answer.selectedKey, answer.selected === null ? null : selected);
  return `${answer.first}:${cells.join('')}/${answer.total}`;
}

const key = (name: string) => ({ key: name });
const index = (place: number) => ({ index: place });

test('the window moves only as far as the selection needs', () => {
  const cases: [string, number, ViewQuestion['cursor'], number | null, string][] = [
    ['abcdefgh', 3, null, 0, '0:abc/8'],
    ['abcdefgh', 3, null, 4, '4:efg/8'],
    ['abcdefgh', 3, key('b'), 0, '0:a[b]c/8'],
    ['abcdefgh', 3, key('d'), 0, '1:bc[d]/8'],
    ['abcdefgh', 3, key('b'), 4, '1:[b]cd/8'],
    ['abcdefgh', 3, key('h'), 0, '5:fg[h]/8'],
    ['abcdefgh', 3, index(6), 5, '5:f[g]h/8'],
    ['abcdefgh', 3, index(1), 2, '1:[b]cd/8'],
  ];
  assert.deepEqual(
    cases.map(([keys, rows, cursor, before]) => shown(keys, rows, cursor, before)),
    cases.map(([, , , , expected]) => expected),
  );
});

test('a place outside the list is its nearest end', () => {
  assert.equal(shown('abcdefgh', 3, index(99), 0), '5:fg[h]/8');
  assert.equal(shown('abcdefgh', 3, index(-1), 5), '0:[a]bc/8');
});

test('without a place before, the window follows the end', () => {
  assert.equal(shown('abcdefgh', 3, null, null), '5:fgh/8');
  assert.equal(shown('ab', 3, null, null), '0:ab/2');
  assert.equal(shown('abcdefgh', 3, key('c'), null), '2:[c]de/8');
});

test('a list that became shorter fills the window', () => {
  assert.equal(shown('abcd', 3, null, 6), '1:bcd/4');
  assert.equal(shown('ab', 3, key('b'), 6), '0:a[b]/2');
});

test('a key that is gone selects nothing and moves nothing', () => {
  assert.equal(shown('abcdefgh', 3, key('z'), 4), '4:efg/8');
});

test('an empty list, and a pane without room for a row', () => {
  assert.equal(shown('', 3, key('a'), 4), '0:/0');
  assert.equal(shown('', 3, index(0), null), '0:/0');
  assert.equal(shown('abc', 0, null, 0), '0:/3');
  assert.equal(shown('abc', 0, key('c'), null), '2:/3');
  assert.equal(shown('abc', 0, key('z'), null), '2:/3');
  assert.equal(shown('abc', Number.MAX_SAFE_INTEGER, null, 0), '0:abc/3');
});
