import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyReader, readKeys } from '../../src/terminal/keyreader.ts';

const names = (input: string) => readKeys(input).keys.map((key) => key.name);

test('keys that come in one chunk are keys one by one', () => {
  const cases: [input: string, keys: string[]][] = [
    ['jj', ['j', 'j']],
    ['/a b\x7f\r', ['/', 'a', 'space', 'b', 'backspace', 'enter']],
    ['\x1b[A\x1b[B\x1bOA\x1b[C\x1b[D', ['up', 'down', 'up', 'right', 'left']],
    [
      '\x1b[5~\x1b[6~\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[3~',
      ['pageup', 'pagedown', 'home', 'end', 'home', 'end', 'delete'],
    ],
    ['\x1bOP\x1bOS\x1b[11~\x1b[14~\x1b[Z\t', ['f1', 'f4', 'f1', 'f4', 'shift-tab', 'tab']],
    ['\x03\x0c\x1a\x06\x02\x15\x17', ['ctrl-c', 'ctrl-l', 'ctrl-z', 'ctrl-f', 'ctrl-b', 'ctrl-u', 'ctrl-w']],
    ['\x1b[1;5A', ['up']],
    ['\x1b[?1;2c\x1b[999~x', ['x']],
    ['\x1b\x1b[A', ['escape', 'up']],
    ['日é', ['日', 'é']],
    ['\0\x1c\x1f', ['ctrl-`', 'ctrl-|', 'ctrl-\x7f']],
  ];
  for (const [input, keys] of cases) assert.deepEqual(names(input), keys, JSON.stringify(input));
});

test('what is pasted is one key with its text', () => {
  assert.deepEqual(readKeys('a\x1b[200~q\r\x1b[A\x1b[201~b').keys, [
    { name: 'a', text: 'a' },
    { name: 'paste', text: 'q\r\x1b[A' },
    { name: 'b', text: 'b' },
  ]);
});

test('a sequence may come in pieces', () => {
  const keys: string[] = [];
  const read = createKeyReader((key) => keys.push(key.name));
  for (const piece of ['\x1b', '[', '1;5', 'Bx', '\x1b[200~pa', 'ste\x1b[201', '~']) read(piece);
  assert.deepEqual(keys, ['down', 'x', 'paste']);
});

test('Esc alone is a key when nothing follows', async () => {
  const key = await new Promise((resolve) => createKeyReader(({ name }) => resolve(name))('\x1b'));
  assert.equal(key, 'escape');
});
