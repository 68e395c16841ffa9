import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, keys } from '../src/ui/keys.ts';

test('every key has one meaning, and every command a key', () => {
  const names = keys.flatMap((key) => key.keys);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
  assert.equal(new Set(keys.map((key) => key.command)).size, keys.length);
});

test('names of keys lead to commands', () => {
  assert.deepEqual(['j', '7', 'f4', 'ctrl-c', 'X'].map(commandOf), [
    'down',
    'pane',
    'filter',
    'quit',
    undefined,
  ]);
});
