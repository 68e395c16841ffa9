import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

test('the packed package, installed in an empty folder without network, runs without a compiler', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-package-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const koffi = readdirSync(join(root, 'node_modules/@koromix')).map(
    (name) => `./node_modules/@koromix/${name}`,
  );
  run(root, 'npm', [
    'pack',
    '--ignore-scripts',
    '--pack-destination',
    folder,
    '.',
    './node_modules/koffi',
    ...koffi,
  ]);

  const packages = readdirSync(folder).map((file) => join(folder, file));
  const [user, onlyNode] = [join(folder, 'user'), join(folder, 'bin')];
  for (const path of [user, onlyNode]) mkdirSync(path);
  run(user, 'npm', [
    'install',
    '--offline',
    '--ignore-scripts',
    '--cache',
    join(folder, 'cache'),
    ...packages,
  ]);
  symlinkSync(process.execPath, join(onlyNode, 'node'));

  const left = readdirSync(join(user, 'node_modules/nettop/dist')).filter((name) => /\.map$|^\./.test(name));
  assert.deepEqual(left, [], 'source maps and the stamp of the build are of no use without the sources');
  const rooms = readdirSync(join(root, 'bpf')).filter((room) =>
    existsSync(join(root, `bpf/${room}/${room}.bpf.c`)),
  );
  const objects = readdirSync(join(user, 'node_modules/nettop/dist/bpf'));
  assert.deepEqual(objects.sort(), rooms.map((room) => `${room}.bpf.o`).sort());
  assert.equal(run('/', join(user, 'node_modules/.bin/nettop'), ['--version'], onlyNode), version);
});

/** What the command printed, without the last line's end; fails with all that it printed. */
function run(cwd: string, command: string, args: string[], path = process.env.PATH): string {
  const env = { ...process.env, PATH: path };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.trimEnd();
}
