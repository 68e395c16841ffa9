import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../fixtures/tool.ts';

interface Import {
  from: string;
  /** Path from the top of the tree for our own files, a package's name otherwise. */
  to: string;
  typeOnly: boolean;
}

/** Which rooms a room may import, types too: from the ground up. */
const arrows: Record<string, readonly string[]> = {
  'bpf/abi': [],
  'bpf/kernel': [],
  'bpf/probe': [],
  components: [],
  native: [],
  'src/errors.ts': [],
  'src/terminal': [],
  'bpf/socket': ['bpf/abi', 'bpf/kernel'],
  'src/text': ['src/errors.ts'],
  'src/filter': ['src/errors.ts', 'src/text'],
  'src/protocols': ['src/text'],
  'bpf/accounting': ['bpf/abi', 'bpf/kernel', 'bpf/socket'],
  'bpf/packet': ['bpf/abi', 'bpf/kernel', 'bpf/socket'],
  'src/abi': ['native'],
  'src/model': ['src/filter', 'src/text'],
  'bpf/requests': ['bpf/abi', 'bpf/packet'],
  'bpf/services': ['bpf/abi', 'bpf/packet', 'bpf/socket'],
  'bpf/plaintext': ['bpf/abi', 'bpf/socket', 'bpf/requests'],
  'bpf/alerts': ['bpf/abi', 'bpf/packet'],
  'bpf/listeners': ['bpf/abi', 'bpf/packet'],
  'bpf/rules': ['bpf/abi', 'bpf/kernel'],
  'bpf/drops': ['bpf/abi', 'bpf/kernel', 'bpf/packet', 'bpf/rules'],
  'bpf/trace': ['bpf/abi', 'bpf/kernel', 'bpf/packet'],
  'bpf/wire': ['bpf/abi', 'bpf/kernel', 'bpf/socket', 'bpf/packet'],
  'bpf/traffic': ['bpf/abi', 'bpf/packet', 'bpf/wire'],
  'src/capture/records': ['native', 'src/abi', 'src/filter', 'src/text', 'src/model'],
  'src/machine': ['native', 'src/errors.ts', 'src/filter', 'src/text', 'src/model'],
  'src/panes': ['src/filter', 'src/text', 'src/model'],
  'src/private': ['src/filter', 'src/model'],
  'src/attach': ['native', 'src/abi', 'src/errors.ts', 'src/text', 'src/model', 'src/machine'],
  'src/capture/ledger': [
    'native',
    'src/abi',
    'src/filter',
    'src/model',
    'src/capture/records',
    'src/machine',
    'src/text',
  ],
  'src/output': ['src/errors.ts', 'src/filter', 'src/text', 'src/model', 'src/panes'],
  'src/ui': [
    'components',
    'src/errors.ts',
    'src/terminal',
    'src/filter',
    'src/text',
    'src/model',
    'src/panes',
    'src/private',
  ],
  'src/capture/sweep': [
    'native',
    'src/errors.ts',
    'src/capture/records',
    'src/machine',
    'src/attach',
    'src/capture/ledger',
  ],
  'src/serve': ['src/errors.ts', 'src/filter', 'src/model'],
  'src/command': [
    'native',
    'src/errors.ts',
    'src/filter',
    'src/text',
    'src/model',
    'src/machine',
    'src/attach',
    'src/panes',
    'src/output',
    'src/ui',
  ],
  'src/capture/accounting': [
    'native',
    'src/abi',
    'src/text',
    'src/model',
    'src/capture/records',
    'src/machine',
    'src/attach',
    'src/capture/ledger',
    'src/capture/sweep',
  ],
  'src/capture/trace': [
    'native',
    'src/abi',
    'src/errors.ts',
    'src/filter',
    'src/text',
    'src/model',
    'src/capture/records',
    'src/machine',
    'src/attach',
  ],
  'src/capture/wire': [
    'native',
    'src/abi',
    'src/capture/records',
    'src/attach',
    'src/capture/ledger',
    'src/capture/accounting',
  ],
  'src/capture/traffic': [
    'native',
    'src/abi',
    'src/attach',
    'src/capture/accounting',
    'src/capture/records',
    'src/model',
    'src/views',
  ],
  'src/capture/exchanges': [
    'src/abi',
    'src/filter',
    'src/text',
    'src/model',
    'src/protocols',
    'src/panes',
    'src/capture/records',
  ],
  'src/capture/requests': [
    'native',
    'src/abi',
    'src/filter',
    'src/machine',
    'src/attach',
    'src/capture/records',
    'src/views',
  ],
  'src/capture/alerts': [
    'native',
    'src/abi',
    'src/filter',
    'src/machine',
    'src/model',
    'src/attach',
    'src/capture/records',
    'src/views',
  ],
  'src/capture/listeners': ['native', 'src/abi', 'src/attach', 'src/views'],
  'src/capture/services': ['native', 'src/abi', 'src/attach', 'src/capture/records', 'src/views'],
  'src/capture/plaintext': [
    'native',
    'src/text',
    'src/abi',
    'src/attach',
    'src/capture/records',
    'src/views',
  ],
  'src/capture/drops': [
    'native',
    'src/abi',
    'src/filter',
    'src/capture/records',
    'src/machine',
    'src/attach',
    'src/capture/ledger',
    'src/capture/trace',
  ],
  'src/views': [
    'native',
    'src/abi',
    'src/filter',
    'src/protocols',
    'src/text',
    'src/model',
    'src/panes',
    'src/capture/records',
    'src/machine',
    'src/capture/ledger',
    'src/capture/exchanges',
  ],
  'src/capture': [
    'native',
    'src/abi',
    'src/errors.ts',
    'src/model',
    'src/machine',
    'src/attach',
    'src/output',
    'src/capture/accounting',
    'src/capture/trace',
    'src/views',
    'src/capture/alerts',
    'src/capture/listeners',
    'src/capture/drops',
    'src/capture/wire',
    'src/capture/ledger',
    'src/capture/plaintext',
    'src/capture/requests',
    'src/capture/services',
    'src/capture/traffic',
    'src/record',
  ],
  'src/record': [
    'src/text',
    'src/abi',
    'src/model',
    'src/machine',
    'src/capture/records',
    'src/capture/ledger',
    'src/capture/exchanges',
    'src/views',
  ],
  'src/fleet': ['src/errors.ts', 'src/filter', 'src/text', 'src/model', 'src/panes', 'src/views'],
  'src/hosts': [
    'src/errors.ts',
    'src/filter',
    'src/text',
    'src/model',
    'src/panes',
    'src/views',
    'src/record',
  ],
  'src/run': ['src/text', 'src/model', 'src/panes', 'src/output'],
  'src/bundle': ['src/filter', 'src/text', 'src/model', 'src/panes', 'src/output'],
  'src/diff': ['src/text', 'src/model', 'src/panes', 'src/output', 'src/run'],
  'src/actions': [
    'src/errors.ts',
    'src/terminal',
    'src/filter',
    'src/text',
    'src/model',
    'src/machine',
    'src/attach',
    'src/panes',
    'src/output',
    'src/private',
    'src/run',
    'src/bundle',
    'src/fleet',
    'src/diff',
    'src/ui',
    'src/command',
    'src/serve',
    'src/capture',
    'src/record',
    'src/hosts',
  ],
  'src/cli.tsx': ['src/errors.ts', 'src/terminal', 'src/filter', 'src/machine', 'src/command', 'src/actions'],
  'src/start.ts': ['src/errors.ts', 'src/machine', 'src/cli.tsx'],
};

const files = ['src', 'components', 'native', 'bpf'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(tsx?|c|h|json)$/.test(path))
    .map((path) => `${room}/${path}`),
);
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const imports = files.flatMap(importsOf);
/** From room to room. */
const crossing = imports.filter(({ from, to }) => isOurs(to) && roomOf(from) !== roomOf(to));

test('a room imports those rooms alone that the table lets it', () => {
  const wrong = crossing.filter(({ from, to }) => !arrows[roomOf(from)]?.includes(roomOf(to)));
  assert.deepEqual(wrong.map(sentence), []);
});

test('ledgers and views take of native how bytes are read, and nothing of the kernel', () => {
  const found = crossing.filter(
    ({ from, to }) => /^src\/(views|capture\/ledger)\//.test(from) && roomOf(to) === 'native',
  );
  assert.deepEqual(found.filter(({ to }) => !/^native\/(fields|codec)\.ts$/.test(to)).map(sentence), []);
});

test('the table has no arrow that no import needs, and no room imports itself by way of others', () => {
  const used = new Set(crossing.map(({ from, to }) => `${roomOf(from)} > ${roomOf(to)}`));
  const drawn = Object.entries(arrows).flatMap(([from, to]) => to.map((room) => `${from} > ${room}`));
  assert.deepEqual(
    drawn.filter((arrow) => !used.has(arrow)),
    [],
  );
  assert.deepEqual(
    inCycles(
      Object.keys(arrows),
      drawn.map((arrow) => arrow.split(' > ') as [string, string]),
    ),
    [],
  );
});

test('docs/architecture.md has a row for each room, and a figure in which every arrow leads down', () => {
  const section = readFileSync(join(root, 'docs/architecture.md'), 'utf8').split('\n## ')[2] ?? '';
  const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, room = '']) => room);
  assert.deepEqual(rows.sort(), Object.keys(arrows).sort());
  const figure = section.split('```')[1]?.split('\n') ?? [];
  const heights = new Map(
    figure.flatMap((line, height) =>
      [...line.matchAll(/(?:src|bpf)\/[\w/.]+|native|components/g)].map(([room]) => [room, height] as const),
    ),
  );
  const heightOf = (room: string) => heights.get(room) ?? assert.fail(`${room} is not in the figure`);
  const drawn = Object.entries(arrows).flatMap(([from, to]) => to.map((room) => ({ from, to: room })));
  assert.deepEqual(
    drawn.filter(({ from, to }) => heightOf(from) >= heightOf(to)),
    [],
  );
  assert.equal(heights.size, rows.length);
});

test('what the keys do is worked out without laying anything out', () => {
  const reached = new Set(['src/ui/reducer.ts']);
  for (const file of reached)
    for (const { from, to, typeOnly } of imports) if (from === file && !typeOnly) reached.add(to);
  assert.ok(reached.has('src/ui/overlay.ts'));
  assert.deepEqual(
    [...reached].filter((file) => /^src\/ui\/(layout|help|inspector|.*lines)/.test(file)),
    [],
  );
});

test('only the composition root and the errors lie outside a room', () => {
  const loose = files.filter((file) => /^(src|bpf)\/[^/]+$/.test(file));
  assert.deepEqual(loose, ['src/cli.tsx', 'src/errors.ts', 'src/start.ts']);
});

test('each program of the kernel side is in a .bpf.c file', () => {
  const headers = files.filter((file) => file.endsWith('.h'));
  const isProgram = (line: string) => /\bSEC\("/.test(line) && !/SEC\("(license|\.maps|\.\w+)/.test(line);
  assert.deepEqual(
    headers.filter((file) => text.get(file)?.split('\n').some(isProgram)),
    [],
  );
});

test('a relative import names its file with the extension', () => {
  const wrong = imports.filter(({ to }) => isOurs(to) && !text.has(to));
  assert.deepEqual(wrong.map(sentence), []);
});

test('components know neither the store nor Node', () => {
  const wrong = imports.filter(
    ({ from, to }) => from.startsWith('components/') && /^(zustand|node:)/.test(to),
  );
  assert.deepEqual(wrong.map(sentence), []);
});

test('no file imports itself by way of others', () => {
  const between = imports.filter(({ typeOnly }) => !typeOnly);
  assert.deepEqual(
    inCycles(
      files,
      between.map(({ from, to }) => [from, to]),
    ),
    [],
  );
});

test('no file is longer than 250 lines', () => {
  const long = [...text].map(([file, content]) => ({ file, lines: content.split('\n').length - 1 }));
  assert.deepEqual(
    long.filter(({ lines }) => lines > 250),
    [],
  );
});

function importsOf(from: string): Import[] {
  const found = text.get(from) ?? '';
  if (/\.[ch]$/.test(from))
    return [...found.matchAll(/^#include "([^"]+)"/gm)].map(([, target = '']) => ({
      from,
      to: join('bpf', target),
      typeOnly: false,
    }));
  const named = found.matchAll(/^(import|export)\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]/gm);
  const later = found.matchAll(/\b(import)\('([^']+)'\)/g);
  return [...named, ...later].map(([statement, , target = '']) => ({
    from,
    to: target.startsWith('.') ? join(dirname(from), target) : target,
    typeOnly: /^(import|export) type\b/.test(statement),
  }));
}

/** What is left when those that lead to none of the others, or to which none leads, are taken away. */
function inCycles(candidates: readonly string[], arrows: readonly [from: string, to: string][]): string[] {
  const between = arrows.filter(([from, to]) => candidates.includes(from) && candidates.includes(to));
  const left = candidates.filter(
    (one) => between.some(([from]) => from === one) && between.some(([, to]) => to === one),
  );
  return left.length === candidates.length ? left : inCycles(left, between);
}

/** A folder of src/, of src/capture/ or of bpf/; what lies in src/ itself is a room by itself. */
function roomOf(file: string): string {
  const [, room = ''] = /^(src\/capture\/[^/]+(?=\/)|(?:src|bpf)\/[^/]+|[^/]+)/.exec(file) ?? [];
  return room;
}

function isOurs(target: string): boolean {
  return /^(src|components|native|bpf|test|\.)/.test(target) && target.includes('/');
}

function sentence({ from, to }: Import): string {
  return `${from} imports ${to}`;
}
