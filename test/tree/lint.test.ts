import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertPasses } from '../fixtures/passes.ts';
import { root } from '../fixtures/tool.ts';

interface Style {
  unformatted(): { path: string }[];
}

const { unformatted } = (await import(join(root, '.ci/c-style.mjs'))) as Style;

test('format and lint find nothing', () => assertPasses('biome', ['check', '--config-path=.ci/style.json']));

test('the C of bpf/ is formatted', () => {
  assert.deepEqual(
    unformatted().map(({ path }) => path),
    [],
  );
});
