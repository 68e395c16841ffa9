import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

const HOME = 'kernel/compat.h';
const bpf = readdirSync(join(root, 'bpf'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.[ch]$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, 'bpf', path), 'utf8') }));
const home = bpf.find(({ path }) => path === HOME)?.text ?? '';

test('what kernels differ in is named, and asked by CO-RE, in one file', () => {
  const elsewhere = bpf.filter(
    ({ path, text }) =>
      path !== HOME && /(since|before|until|from) Linux \d|\(commit|bpf_core_(field|type)_exists/i.test(text),
  );
  assert.deepEqual(
    elsewhere.map(({ path }) => path),
    [],
  );
});

test('its table goes from old to new, and user space names the same commits', () => {
  const versions = [...home.matchAll(/^ \* (\d+)\.(\d+) /gm)].map(
    ([, major, minor]) => 100 * Number(major) + Number(minor),
  );
  assert.deepEqual(
    versions,
    [...versions].sort((a, b) => a - b),
  );
  assert.ok(versions.length > 10);
  const asked = readFileSync(join(root, 'src/attach/kernel-differences.ts'), 'utf8');
  const commits = asked.match(/\b[0-9a-f]{12}\b/g) ?? [];
  assert.deepEqual(
    commits.filter((commit) => !home.includes(commit)),
    [],
  );
});
