import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from './tool.ts';

interface Import {
  from: string;
  /** Path from the top of the tree for our own files, a package's name otherwise. */
  to: string;
  typeOnly: boolean;
}

/** Which of our files a file may import, by path; the first pattern that fits the importing file counts. */
const arrows: { from: RegExp; to: RegExp }[] = [
  { from: /^native\//, to: /^native\// },
  { from: /^components\//, to: /^components\// },
  { from: /^bpf\//, to: /^bpf\// },
  { from: /^src\/filter\//, to: /^src\/(filter\/|errors\.ts|text\.ts)/ },
  { from: /^src\/(capture\/|doctor)/, to: /^(native\/|src\/(?!screen\.tsx|app\.tsx|ui|panes\/|terminal\/))/ },
  { from: /^src\/(screen|app)\.tsx$/, to: /^(components\/|src\/(?!capture\/))/ },
  { from: /^src\/panes\//, to: /^src\/(?!capture\/|output\/|screen\.tsx|app\.tsx|store\.ts|terminal\/)/ },
  { from: /^src\/output\//, to: /^src\/(?!capture\/|screen\.tsx|app\.tsx|store\.ts|ui|terminal\/)/ },
  { from: /^src\//, to: /^src\// },
];

const files = ['src', 'components', 'native', 'bpf'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(tsx?|c|h|json)$/.test(path))
    .map((path) => `${room}/${path}`),
);
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const imports = files.flatMap(importsOf);

test('imports point only where docs/architecture.md lets them', () => {
  const wrong = imports.filter(({ from, to }) => isOurs(to) && !isAllowed(from, to));
  assert.deepEqual(wrong.map(sentence), []);
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
  assert.deepEqual(filesInCycles(files), []);
});

test('no file is longer than 250 lines', () => {
  const long = [...text].map(([file, content]) => ({ file, lines: content.split('\n').length - 1 }));
  assert.deepEqual(
    long.filter(({ lines }) => lines > 250),
    [],
  );
});

function importsOf(from: string): Import[] {
  const pattern = /\.[ch]$/.test(from)
    ? /^(#include) "([^"]+)"/gm
    : /^(import|export)\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
  return [...(text.get(from) ?? '').matchAll(pattern)].map(([statement, , target = '']) => ({
    from,
    to: target.startsWith('.') || statement.startsWith('#') ? join(dirname(from), target) : target,
    typeOnly: /^(import|export) type\b/.test(statement),
  }));
}

/** What is left when files that import none of the others, or are imported by none of them, are taken away. */
function filesInCycles(candidates: string[]): string[] {
  const between = imports.filter(
    ({ from, to, typeOnly }) => !typeOnly && candidates.includes(from) && candidates.includes(to),
  );
  const left = candidates.filter(
    (file) => between.some(({ from }) => from === file) && between.some(({ to }) => to === file),
  );
  return left.length === candidates.length ? left : filesInCycles(left);
}

function isAllowed(from: string, to: string): boolean {
  return arrows.find((arrow) => arrow.from.test(from))?.to.test(to) ?? false;
}

function isOurs(target: string): boolean {
  return /^(src|components|native|bpf|test|\.)/.test(target) && target.includes('/');
}

function sentence({ from, to }: Import): string {
  return `${from} imports ${to}`;
}
