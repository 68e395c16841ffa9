import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';
import { live } from './nettop.ts';
import { has } from './screen.ts';

const TREE = 'src components native bpf dist .ci package.json package-lock.json tsconfig.json'.split(' ');

test(
  'npm run dev starts nettop anew at a change, tells what does not build, and ends with nettop',
  live(async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nettop-dev-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const name of TREE) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

    const file = join(folder, 'src/start.ts');
    const source = readFileSync(file, 'utf8');
    const dev = launch(process.execPath, [join(folder, '.ci/dev.mjs'), '--duration', '60s'], { rows: 50 });
    t.after(dev.close);
    await dev.until(has(/1 Processes \d/));

    const note = join(folder, 'note');
    const noting = `import { writeFileSync as write } from 'node:fs';\nwrite('${note}', '');\n`;
    writeFileSync(file, source.replace('\n', `\n${noting}`)); // behind its first line, #!
    await dev.until(() => existsSync(note));
    await dev.until(has(/1 Processes \d/));

    writeFileSync(file, 'const = ;\n');
    await dev.until(has(/src\/start\.ts:1:6: ERROR/));
    await dev.until(has(/^waiting for a change$/));

    writeFileSync(file, source);
    await dev.until(has(/1 Processes \d/));
    dev.write('q');
    assert.equal((await dev.exited).exitCode, 0);
  }),
);
