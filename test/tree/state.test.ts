import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

/** Beside constants: variables, and collections that begin empty. */
const STATE =
  /^(export )?(let (\w+)|const (\w+)(: (?!Readonly)[^=]+)? = new (Map|Set|WeakMap|WeakSet)(<.*>)?\(\));?/;

/** What pure functions remember of their arguments, and libraries that a process loads once. */
const KNOWN = [
  'native/libbpf.ts bound',
  'native/libc.ts allocator',
  'native/libc.ts bound',
  'native/libc.ts holding',
  'native/log.ts prototype',
  'native/tracing-handler.ts handling',
  'src/filter/mirror.ts known',
  'src/filter/shapes/text.ts patterns',
  'src/output/formats/csv.ts known',
  'src/output/formats/json.ts made',
  'src/text/text.ts segmenter',
  'src/text/text.ts wideTexts',
];

test('no module keeps state of its own: the machine is handed in', () => {
  const files = ['src', 'native', 'components'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(room, file)),
  );
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, , , variable, constant] = STATE.exec(line) ?? [];
        const name = variable ?? constant;
        return name === undefined ? [] : [`${file} ${name}`];
      }),
  );
  assert.deepEqual(found.sort(), KNOWN);
});
