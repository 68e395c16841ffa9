import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

test('each script and path that CONTRIBUTING names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const named = [...guide.matchAll(/`npm run ([\w:]+)/g)].map(([, name = '']) => name);
  assert.deepEqual(
    named.filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
  const paths = [...guide.matchAll(/`((?:src|bpf|native|test|docs|\.ci)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );
  assert.deepEqual(
    paths.filter((path) => !/NAME|PANE/.test(path) && !existsSync(join(root, path))),
    [],
  );
  assert.ok(named.length > 5 && paths.length > 20);
});
