import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange, clip, lineWidth, segment } from '../../src/text/span.ts';

const parts = {
  left: [segment(0, 'name'), { ...segment(3, 'a long sentence'), short: segment(1, 'long') }],
  right: [segment(2, 'right')],
  separator: { text: '  ' },
  fill: { text: '.' },
};

const text = (width: number) =>
  arrange({ ...parts, width })
    .map((span) => span.text)
    .join('');

test('segments are shortened, then left out, by priority', () => {
  assert.deepEqual([30, 27, 26, 16, 15, 9, 4, 2].map(text), [
    'name  a long sentence....right',
    'name  a long sentence.right',
    'name  long...........right',
    'name  long.right',
    'name  long.....',
    'name.....',
    'name',
    'n…',
  ]);
});

test('a clipped line is never wider than its cells', () => {
  const line = clip([{ text: 'ab', tone: 'good' }, { text: '日本語' }, { text: 'c' }], 5);
  assert.deepEqual(line, [{ text: 'ab', tone: 'good' }, { text: '日…' }]);
  assert.equal(lineWidth(line), 5);
});
