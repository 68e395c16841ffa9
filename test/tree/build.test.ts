import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

interface Part {
  name: string;
  sources: Iterable<string>;
  make(): Promise<string[]>;
}

interface Build {
  freshen(parts: Part[]): Promise<string[]>;
}

const SOURCES = [
  'src',
  'components',
  'native',
  'bpf',
  '.ci',
  'README.md',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
const OBJECTS = readdirSync(join(root, 'bpf'))
  .filter((room) => existsSync(join(root, `bpf/${room}/${room}.bpf.c`)))
  .map((room) => `bpf/${room}.bpf.o`);

/** A copy of the tree: what builds it finds its sources and dist/ beside itself. */
const folder = mkdtempSync(join(tmpdir(), 'nettop-build-'));
// not by after(): where files of tests share a process it may run while the imports below are under way
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const name of SOURCES) cpSync(join(root, name), join(folder, name), { recursive: true });
const { parts } = (await import(join(folder, '.ci/parts.mjs'))) as { parts(): Part[] };
const { freshen } = (await import(join(folder, '.ci/fresh.mjs'))) as Build;

/** The build, with a file that holds its name in place of each that the tools make. Returns what was made. */
function build(): Promise<string[]> {
  const files = (name: string) => (name === 'bundle' ? ['cli.js', 'chunk-1.js'] : [name]);
  return freshen(parts().map((part) => ({ ...part, make: async () => files(part.name).map(write) })));
}

function write(file: string): string {
  mkdirSync(join(folder, 'dist', dirname(file)), { recursive: true });
  writeFileSync(join(folder, 'dist', file), file);
  return file;
}

function built(): string[] {
  const paths = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => /\.(js|o)$/.test(path)).sort();
}

test('a build makes each part once', async () => {
  await build();
  assert.deepEqual(built(), [...OBJECTS, 'chunk-1.js', 'cli.js'].sort());
  assert.deepEqual(await build(), []);
});

test('a changed source makes those parts anew that are made of it', async () => {
  await build();
  const cases: [source: string, ...parts: string[]][] = [
    ['src/errors.ts', 'bundle'],
    ['components/Lines.tsx', 'bundle'],
    ['package-lock.json', 'bundle'],
    ['bpf/trace/trace.bpf.c', 'bpf/trace.bpf.o'],
    ['bpf/trace/netfilter.bpf.c', 'bpf/trace.bpf.o'],
    ['bpf/trace/fill.bpf.h', 'bpf/trace.bpf.o'],
    [
      'bpf/packet/packet.bpf.h',
      'bpf/alerts.bpf.o',
      'bpf/drops.bpf.o',
      'bpf/trace.bpf.o',
      'bpf/traffic.bpf.o',
      'bpf/wire.bpf.o',
    ],
    ['bpf/packet/filter.bpf.h', 'bpf/drops.bpf.o', 'bpf/trace.bpf.o'],
    ['bpf/accounting/usage.bpf.h', 'bpf/accounting.bpf.o'],
    ['.ci/bpf.mjs', ...OBJECTS],
    ['README.md'],
  ];
  for (const [source, ...parts] of cases) {
    appendFileSync(join(folder, source), '\n');
    assert.deepEqual((await build()).sort(), parts.sort(), source);
  }
});

test('a source is what it holds: a new date makes nothing anew, a new file does', async () => {
  await build();
  utimesSync(join(folder, 'src/errors.ts'), 1, 1);
  assert.deepEqual(await build(), []);
  writeFileSync(join(folder, 'src/new.ts'), '');
  assert.deepEqual(await build(), ['bundle']);
  rmSync(join(folder, 'src/new.ts'));
  assert.deepEqual(await build(), ['bundle']);
});

test('what is gone from dist is made again, what no part has goes', async () => {
  await build();
  rmSync(join(folder, 'dist/bpf/wire.bpf.o'));
  writeFileSync(join(folder, 'dist/chunk-0.js'), '');
  assert.deepEqual(await build(), ['bpf/wire.bpf.o']);
  assert.ok(!built().includes('chunk-0.js'));

  rmSync(join(folder, 'bpf/probe/probe.bpf.c'));
  assert.deepEqual(await build(), []);
  assert.ok(!built().includes('bpf/probe.bpf.o'));
});

test('a part whose making failed is made again, though its sources are as before', async () => {
  await build();
  const source = join(folder, 'bpf/trace/trace.bpf.c');
  const before = readFileSync(source);
  appendFileSync(source, '\n');
  const failing = {
    ...parts().find(({ name }) => name === 'bpf/trace.bpf.o'),
    make: () => Promise.reject(new Error('no')),
  };
  await assert.rejects(freshen([failing as Part]), /no/);
  writeFileSync(source, before);
  assert.deepEqual(await build(), ['bpf/trace.bpf.o']);
});
