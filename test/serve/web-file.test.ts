import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebFile } from '../../src/serve/web-file.ts';

const HASH = '$2b$04$4JfBXXmAQyeUJko3MKLtceCIKXMnFGWKv0IPN4F3k8nLj92wQL1A.';
const users = (...names: string[]): string =>
  `basic_auth_users:\n${names.map((name) => `  ${name}: ${HASH}\n`).join('')}`;

test('the file is in force as it is now; while it is wrong, as it was before, which is said once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-web-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'web.yml');
  const said: string[] = [];
  writeFileSync(file, users('al'));
  const web = new WebFile(file, (line) => said.push(line));
  const names = () => [...web.look().users.keys()];
  const first = web.look();
  assert.equal(web.look(), first);
  assert.deepEqual([names(), said], [['al'], []]);

  writeFileSync(file, users('al', 'bob'));
  assert.deepEqual(names(), ['al', 'bob']);
  assert.notEqual(web.look().doorkeeper, first.doorkeeper);
  assert.deepEqual(said.splice(0), [`nettop: ${file} is in force as it is now`]);

  writeFileSync(file, 'basic_auth_users: {al: secret}');
  assert.deepEqual(
    [names(), names()],
    [
      ['al', 'bob'],
      ['al', 'bob'],
    ],
  );
  assert.equal(said.length, 1);
  assert.match(said.splice(0)[0] ?? '', /^nettop: --web-config: .*bcrypt.*; what was before stays in force$/);

  rmSync(file);
  assert.deepEqual(names(), ['al', 'bob']);
  writeFileSync(join(folder, 'next'), '');
  renameSync(join(folder, 'next'), file);
  assert.deepEqual([names(), web.look().doorkeeper], [[], null]);
});
