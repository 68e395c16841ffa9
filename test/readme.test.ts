import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, FLAGS } from '../src/command/flags.ts';
import { keys } from '../src/ui/keys.ts';
import { root } from './tool.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const code = (words: string[]) => words.map((word) => `\`${word}\``).join(' ');

test('the README opens with the two commands', () => {
  assert.match(readme.split('\n## ')[0] ?? '', /```\nnpm start\nnpm test\n```/);
});

/** Rows of the tables in a section, without their titles. */
function tableRows(section: string): string[] {
  const text = readme.split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return text.split('\n').filter((line) => line.startsWith('| `'));
}

test('the README has the key table as it is', () => {
  assert.deepEqual(
    tableRows('Keys'),
    keys.map(({ shown, label }) => `| ${code(shown.split(' '))} | ${label} |`),
  );
});

test('the README has the commands and flags as they are', () => {
  const flags = FLAGS.map(({ long, short, value, help }) => {
    const names = [...(short ? [`-${short}`] : []), `--${long}${value ? ` ${value}` : ''}`];
    return `| ${names.map((name) => `\`${name}\``).join(', ')} | ${help} |`;
  });
  const commands = Object.entries(COMMANDS).map(([name, help]) => `| \`nettop ${name}\` | ${help} |`);
  assert.deepEqual(tableRows('Commands and flags'), [...commands, ...flags]);
});
