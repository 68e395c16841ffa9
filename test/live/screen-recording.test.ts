import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FrameFile } from '../../src/record/file/frame-file.ts';
import { type Launched, launch } from '../fixtures/pty.ts';
import { cli, live } from './nettop.ts';
import { folderOf } from './recorder.ts';
import { has } from './screen.ts';
import { until } from './until.ts';

const NOBODY = 65_534;

/** It always holds. */
const RULE = 'connections < 1000000';

async function openIn(t: TestContext, cwd: string): Promise<Launched> {
  const env = { SUDO_UID: `${NOBODY}`, SUDO_GID: `${NOBODY}` };
  const ui = launch(process.execPath, [cli, '--alert', RULE, '--kernel-stack'], {
    columns: 120,
    rows: 40,
    cwd,
    env,
  });
  t.after(ui.close);
  await ui.until(has(/1 Processes \d/));
  return ui;
}

/** Begins a recording; returns its file. */
async function begin(ui: Launched, folder: string, before: readonly string[]): Promise<string> {
  ui.write('R');
  await ui.until(has(/● rec [1-9][\d.]* [kM]B \d+s/));
  const [name = ''] = readdirSync(folder).filter((one) => !before.includes(one));
  assert.match(name, /^nettop-\d{4}-\d\d-\d\d-\d{6}\.nettop$/);
  return join(folder, name);
}

/** What `nettop alerts` says of it, as far as it is written. */
const alertsIn = (file: string): string =>
  spawnSync(process.execPath, [cli, 'alerts', '--from', file, '--json'], { encoding: 'utf8' }).stdout;

/** It ends with its end; false: not yet. */
function isWhole(path: string): boolean {
  const file = new FrameFile(path);
  for (let frames = file.next(); frames; frames = file.next());
  file.close();
  assert.equal(file.damage.places, 0);
  return !file.damage.isCut;
}

test(
  'R begins a recording beside the screen and ends it; the screen’s end, whatever it is, ends it too',
  live(async (t) => {
    const folder = folderOf(t);
    const ui = await openIn(t, folder);
    const first = await begin(ui, folder, []);
    await until('the alert of the screen’s own rule is recorded', () => alertsIn(first).includes(RULE));
    ui.write('R');
    await ui.until(has(/recorded: nettop replay nettop-[\d-]+\.nettop \([\d.]+ [kM]B\)/));
    assert.ok(isWhole(first));
    const { mode, uid, gid } = statSync(first);
    assert.deepEqual([mode & 0o777, uid, gid], [0o600, NOBODY, NOBODY]);
    const second = await begin(ui, folder, readdirSync(folder));
    ui.write('q');
    assert.equal((await ui.exited).exitCode, 0);
    assert.match(ui.raw(), /nettop: recorded: nettop replay nettop-[\d-]+\.nettop/);
    assert.ok(isWhole(second));
    const other = await openIn(t, folder);
    const third = await begin(other, folder, readdirSync(folder));
    process.kill(other.process.pid, 'SIGKILL');
    await until('the recording of a screen that was killed is whole', () => isWhole(third));
  }),
);

test(
  'a recording that finds no room, or no place, is told in a line, and the screen goes on',
  live(
    async (t) => {
      let folder = '';
      t.after(() => spawnSync('umount', ['-l', folder])); // before the folder goes
      folder = folderOf(t);
      const small = ['-t', 'tmpfs', '-o', 'size=16k', 'nettop-test', folder];
      if (spawnSync('mount', small).status !== 0) return t.skip('nothing can be mounted here');
      const ui = await openIn(t, folder);
      ui.write('R');
      await ui.until(has(/not recorded: .*ENOSPC/));
      ui.write('z');
      await ui.until((screen) => !screen.some((line) => /● rec|not recorded/.test(line)));
      const elsewhere = await openIn(t, '/proc');
      elsewhere.write('R');
      await elsewhere.until(has(/not recorded: "nettop-[\d-]+\.nettop" cannot be written: ENOENT/));
    },
    ['mount'],
  ),
);
