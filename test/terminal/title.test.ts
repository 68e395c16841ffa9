import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Title } from '../../src/terminal/title.ts';

function written(isTTY: boolean, terminal: string, act: (title: Title) => void): string {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  act(new Title({ isTTY, write }, terminal));
  return text;
}

test('the title that was there is kept at the first, and put back at the end; nothing is written twice', () => {
  const all = (title: Title) => {
    title.clear();
    title.show('one');
    title.show('one');
    title.show('two');
    title.clear();
    title.clear();
  };
  assert.equal(written(true, 'xterm-256color', all), '\x1b[22;2t\x1b]2;one\x07\x1b]2;two\x07\x1b[23;2t');
});

test('a file gets none, and a terminal without windows neither', () => {
  const show = (title: Title) => title.show('one');
  assert.equal(written(false, 'xterm', show), '');
  for (const terminal of ['', 'dumb', 'linux', 'vt100']) assert.equal(written(true, terminal, show), '');
});
