import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sectionBytes } from '../../native/elf.ts';
import { launch } from '../pty.ts';
import { root } from '../tool.ts';
import { live } from './nettop.ts';
import { has } from './screen.ts';

/** A copy of what is built in which objects have no free licence any more: the kernel refuses their programs. */
function crippled(t: TestContext, ...objects: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-refused-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['dist', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const object of objects) {
    const file = join(folder, `dist/bpf/${object}.bpf.o`);
    const elf = readFileSync(file);
    sectionBytes(elf, 'license').write('X');
    writeFileSync(file, elf);
  }
  return join(folder, 'dist/cli.js');
}

for (const { args, object, reason } of [
  { args: ['processes', '--wire'], object: 'wire', reason: /^nettop: no bytes on the wire: wire: .*\n/ },
  { args: ['drops'], object: 'drops', reason: /^nettop: no drops: drops: .*\n/ },
  { args: ['trace'], object: 'trace', reason: /^nettop: no trace: trace: .*\n/ },
  { args: ['--debug-func'], object: 'trace', reason: /^nettop: no trace: trace: .*\n/ },
])
  test(
    `nettop ${args.join(' ')} without its programs: why, and exit code 1`,
    live(async (t) => {
      const cli = crippled(t, object);
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--duration', '20s'], {
        encoding: 'utf8',
      });
      assert.deepEqual(
        { status, lines: stdout.split('\n').slice(1) },
        { status: 1, lines: stdout ? [''] : [] },
      );
      assert.match(stderr, reason);
    }),
  );

test(
  'the screen goes on without what the kernel refuses, and says so',
  live(async (t) => {
    const ui = launch(process.execPath, [crippled(t, 'wire', 'trace')], { columns: 200, rows: 40 });
    t.after(ui.close);
    await ui.until(has(/^ {2}no trace: trace: prog '\w+': /));
    ui.write('w');
    await ui.until(
      has(/^ no bytes on the wire: wire: prog 'count_received': .* \(.*non-GPL compatible program\)$/),
    );
    ui.write('z');
    await ui.until(has(/^ totals set to zero$/));
    ui.write('q');
    assert.equal((await ui.exited).exitCode, 0);
  }),
);
