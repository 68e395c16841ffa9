import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FIRST_PANES, PANE_NAMES } from '../../src/panes/registry.ts';
import { paneKey } from '../../src/ui/keys.ts';
import { launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';
import { live } from './nettop.ts';
import { has } from './screen.ts';

const TREE = 'src components native bpf dist .ci package.json package-lock.json tsconfig.json'.split(' ');
const TOYS = join(root, 'test/fixtures/toy-pane');

/** The last line in the registry. */
const LAST = `\n  ${PANE_NAMES.at(-1)},\n`;

/** All that there is outside the pane's folder: a line and its import in each of two lists, a line in two more. */
const EDITS: readonly [file: string, ...lines: [before: string, added: string][]][] = [
  [
    'src/panes/registry.ts',
    ["import { trace } from './trace/pane.ts';\n", "import { toys } from './toys/pane.ts';\n"],
    [LAST, '  toys,\n'],
  ],
  [
    'src/views/sources.ts',
    [
      "import type { OwnShows } from '../model/panes.ts';\n",
      "import { toysSource } from '../panes/toys/source.ts';\n",
    ],
    ['  return {\n', '    toys: toysSource(),\n'],
  ],
  [
    'src/filter/terms.ts',
    [
      'export const TERMS = [\n',
      "  { kind: 'range', words: ['wheels'], fields: ['wheels'], smallest: 0, largest: 18, rows: ['toys'], help: [] },\n",
    ],
  ],
  ['src/private/fields.ts', ["  window: 'kept',\n", "  parts: 'kept',\n"]],
];

/** Behind all others. */
const tab = `${paneKey(FIRST_PANES.length)} Toys`;
const SHIFT_TAB = '\x1b[Z';

/** A copy of the tree in which the toys are a pane. */
function withToys(folder: string): void {
  for (const name of TREE)
    cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const name of readdirSync(TOYS))
    cpSync(join(TOYS, name), join(folder, 'src/panes/toys', name.replace(/\.txt$/, '')));
  for (const [file, ...lines] of EDITS) {
    const text = lines.reduce(
      (before, [at, added]) => {
        assert.equal(before.split(at).length, 2, `${file} has "${at}" once`);
        return before.replace(at, at + added);
      },
      readFileSync(join(folder, file), 'utf8'),
    );
    writeFileSync(join(folder, file), text);
  }
}

test(
  'a pane is a folder and a line in four lists: its tab, rows, inspector, filter, command and records follow',
  live(async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nettop-toys-'));
    t.after(() => rmSync(folder, { recursive: true }));
    withToys(folder);
    const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    });
    assert.deepEqual([tsc.stdout, tsc.status], ['', 0]);
    execFileSync(process.execPath, [join(folder, '.ci/build.mjs')], { cwd: folder, stdio: 'ignore' });
    const cli = join(folder, 'dist/cli.js');
    const nettop = (...args: string[]) =>
      execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8' });

    const records = nettop('toys', '--json', '-c', '1', 'wheels > 2').trim().split('\n');
    const [car, tricycle, summary] = records.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      [car, tricycle].map((toy) => [toy?.type, toy?.name, toy?.wheels]),
      [
        ['toy', 'car', 4],
        ['toy', 'tricycle', 3],
      ],
    );
    assert.deepEqual([summary?.type, summary?.notJudged, records.length], ['summary', [], 3]);
    assert.match(
      nettop('toys', '-c', '1', 'not wheels 0 and port 9'),
      /^TOY +WHEELS\ncar +4\ntricycle +3\nbicycle +2\n\n$/,
    );
    assert.match(nettop('toys', '-c', '1', '--format', 'csv'), /^time,name,wheels\r\n\S+,car,4\r\n/);
    assert.match(nettop('help'), /^ {2}toys +toys, by their wheels$/m);
    assert.match(nettop('help', 'toys'), /sudo nettop toys --json/);

    const ui = launch(process.execPath, [cli], { columns: 120, rows: 40 });
    t.after(ui.close);
    await ui.until(has(new RegExp(`┃ 3 Trace \\d+ ┃ 4 Drops .*│ ${tab} 4 `)));
    ui.write(SHIFT_TAB); // from the first pane to the last
    await ui.until(
      (screen) =>
        has(new RegExp(`━ 3 Trace off │ 4 Drops .*┃ ${tab} 4 ┃ ━`))(screen) && has(/^ sledge +0$/)(screen),
    );
    ui.write('/wheels >= 3\rj');
    await ui.until(
      (screen) =>
        has(new RegExp(`┃ ${tab} [12]/2 ┃`))(screen) && has(/^ ?▸?car +4$/)(screen) && !has(/sledge/)(screen),
    );
    assert.ok(has(/1 Processes .* not judged here: wheels >= 3 /)(ui.screen()));
    ui.write('\r');
    await ui.until((screen) => has(/━ Toy ━/)(screen) && has(/^ a (car of 4|tricycle of 3) wheels$/)(screen));
    ui.write('\x1b');
    await ui.until(has(new RegExp(`┃ ${tab}`)));
    ui.write('z');
    await ui.until(has(new RegExp(`^━ 1 .* │ 3 .* │ 4 .* ┃ ${tab}`)));
    ui.write('q');
    assert.equal((await ui.exited).exitCode, 0);
  }),
);
