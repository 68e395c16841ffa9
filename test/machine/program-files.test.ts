import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram, programsOf } from '../../src/machine/program-files.ts';

test('a command runs itself, and of a script its interpreter too', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-programs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const place = (name: string) => join(folder, name);
  const make = (name: string, text: string, mode = 0o755) => {
    writeFileSync(place(name), text);
    chmodSync(place(name), mode);
  };
  make('engine', '\x7fELF');
  make('plain', '\x7fELF');
  make('direct', `#!${place('engine')} -x\n`);
  make('by-env', '#! /usr/bin/env -S engine --flag\nbody\n');
  make('lost', '#!/usr/bin/env no-such-engine\n');
  make('closed', 'x', 0o644);
  const env = { PATH: `/no-such-folder:${folder}` };
  const programs = (command: string) => programsOf(command, env);
  assert.deepEqual(programs('plain'), [place('plain')]);
  assert.deepEqual(programs('direct'), [place('direct'), place('engine')]);
  assert.deepEqual(programs(place('by-env')), [place('by-env'), place('engine')]);
  assert.deepEqual(programs('lost'), [place('lost')]);
  assert.deepEqual(programs('no-such-command'), []);
  assert.deepEqual(findProgram('closed', env), { there: true, executable: null });
  assert.deepEqual(findProgram('no-such-command', env), { there: false, executable: null });
});
