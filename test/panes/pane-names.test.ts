import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PANE_NAMES, panes } from '../../src/panes/registry.ts';
import { keys } from '../../src/ui/keys.ts';
import { root } from '../fixtures/tool.ts';

/** Rooms that take panes from the registry. */
const ROOMS = ['src/ui', 'src/command', 'src/output'];

const names = PANE_NAMES.join('|');
/** A name as a value, before what is said of the pane, as a member of what has one for each, or its folder. */
const NAMED = new RegExp(
  `['"\`](${names})['"\`]|\\b(panes|views|answer|cursors|places|sorts)\\??\\.(${names})\\b|panes/(${names})/|['"\`](${names})(, (${names}))*: `,
);

test('what shows, prints or asks for panes names none of them', () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(room, file)),
  );
  const lines = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((line) => `${file}: ${line.trim()}`),
  );
  assert.deepEqual(
    lines.filter((line) => NAMED.test(line)),
    [],
  );
});

test('what the definitions say of keys is said of keys that there are', () => {
  const commands: readonly string[] = keys.map(({ command }) => command);
  const said = PANE_NAMES.flatMap((name) => Object.keys(panes[name].keys ?? {}));
  assert.deepEqual(
    said.filter((command) => !commands.includes(command)),
    [],
  );
});
