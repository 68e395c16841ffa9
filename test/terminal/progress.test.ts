import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from '../../src/terminal/progress.ts';

function drawn(isTTY: boolean, act: (progress: Progress) => void): string {
  let text = '';
  act(
    new Progress({
      isTTY,
      columns: 10,
      write: (more) => {
        text += more;
      },
    }),
  );
  return text;
}

test('each line stands in the place of the one before, and is gone before others come', () => {
  const all = (progress: Progress) => {
    progress.clear();
    progress.show('one');
    progress.show('two');
    progress.clear();
    progress.clear();
  };
  assert.equal(drawn(true, all), '\r\x1b[Kone\r\x1b[Ktwo\r\x1b[K');
  assert.equal(drawn(false, all), '');
});

test('a line is never as wide as the terminal: it would leave a part of it behind', () => {
  assert.equal(
    drawn(true, (progress) => progress.show('0123456789')),
    '\r\x1b[K012345678',
  );
});
