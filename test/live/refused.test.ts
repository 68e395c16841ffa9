import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sectionBytes } from '../../native/elf.ts';
import { launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';
import { live } from './nettop.ts';
import { has } from './screen.ts';

/** A copy of what is built in which objects have no free licence any more: the kernel refuses their programs. */
function crippled(t: TestContext, ...objects: string[]): string {
  return altered(t, objects, (elf) => {
    sectionBytes(elf, 'license').write('X');
    return elf;
  });
}

/** A copy of what is built, with other objects. Returns the path of its command. */
function altered(t: TestContext, objects: string[], change: (elf: Buffer) => Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-refused-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['dist', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const object of objects) {
    const file = join(folder, `dist/bpf/${object}.bpf.o`);
    writeFileSync(file, change(readFileSync(file)));
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
    ui.write('Z');
    await ui.until(has(/^ totals set to zero/));
    ui.write('q');
    assert.equal((await ui.exited).exitCode, 0);
  }),
);

test(
  'a fault in the worker is one line; its stack in the sources with --verbose, --debug or -v',
  live(async (t) => {
    const cli = altered(t, ['accounting'], (elf) => elf.subarray(0, 3000));
    const told = (...args: string[]) =>
      spawnSync(process.execPath, [cli, 'processes', '--duration', '20s', ...args], { encoding: 'utf8' });
    const { status, stderr } = told();
    assert.equal(status, 70);
    assert.match(stderr, /^nettop: .*\n {8}this is a fault of nettop: --verbose tells where\n$/);
    for (const flag of ['--verbose', '--debug', '-tv'])
      assert.match(told(flag).stderr, /^ {4}at loadObject \(\S+\/src\/attach\/objects\.ts:\d+:\d+\)$/m, flag);
  }),
);
