import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keys } from '../src/keys.ts';
import { root } from './tool.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const code = (words: string[]) => words.map((word) => `\`${word}\``).join(' ');

test('the README opens with the two commands', () => {
  assert.match(readme.split('\n## ')[0] ?? '', /```\nnpm start\nnpm test\n```/);
});

test('the README has the key table as it is', () => {
  const rows = keys.map(({ shown, label }) => `| ${code(shown.split(' '))} | ${label} |`);
  const section = readme.split('## Keys\n')[1]?.split('\n## ')[0] ?? '';
  assert.deepEqual(
    section.split('\n').filter((line) => line.startsWith('| `')),
    rows,
  );
});
