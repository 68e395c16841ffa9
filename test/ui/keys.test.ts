import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundTo, KEYS } from '../../src/ui/bindings.ts';
import type { Place } from '../../src/ui/command.ts';
import { Session } from '../fixtures/session.ts';

test('every key has one meaning where it is, and every command a key', () => {
  for (const [place, keys] of Object.entries(KEYS)) {
    const names = keys.flatMap((key) => key.keys);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
      place,
    );
    assert.equal(new Set(keys.map((key) => key.command)).size, keys.length, place);
  }
});

test('names of keys lead to commands, by what has the keys', () => {
  const commands = (place: Place) =>
    ['j', '7', 'f4', 'escape', 'q', 'ctrl-c', 'ctrl-h', 'X'].map((name) => boundTo(place, name)?.command);
  assert.deepEqual(commands('panes'), [
    'down',
    'pane',
    'filter',
    'clear',
    'quit',
    'quit',
    undefined,
    undefined,
  ]);
  assert.deepEqual(commands('overlay'), [
    'down',
    undefined,
    undefined,
    'back',
    'back',
    'quit',
    undefined,
    undefined,
  ]);
  assert.deepEqual(commands('prompt'), [
    ...[undefined, undefined, undefined, 'undo', undefined, 'quit', 'delete-left', undefined],
  ]);
  assert.equal(boundTo('panes', '7')?.number, 7);
});

test('each key of the help opens it, and closes it again', () => {
  const keys = KEYS.panes.find(({ command }) => command === 'help')?.keys ?? [];
  for (const key of keys) {
    const session = new Session().press(key);
    assert.equal(session.state.overlay?.kind, 'help', key);
    assert.equal(session.press(key).state.overlay, null, key);
  }
});

test('an overlay scrolls by as much as it has below, whatever is pressed in between', () => {
  const session = new Session({ rows: 20 }).press('?').quickly('G');
  const scroll = () => (session.state.overlay as { scroll: number }).scroll;
  const most = scroll();
  assert.ok(most > 5);
  session.quickly('j', 'j', 'pagedown', 'k');
  assert.equal(scroll(), most - 1);
  session.resize(120, 200).quickly('j');
  assert.equal(scroll(), 0);
});
