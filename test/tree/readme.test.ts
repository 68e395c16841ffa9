import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, FLAGS } from '../../src/command/flags.ts';
import { keys } from '../../src/ui/keys.ts';
import { root } from '../fixtures/tool.ts';

const files = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const pages = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const readme = pages.get('README.md') ?? '';
const code = (words: string[]) => words.map((word) => `\`${word}\``).join(' ');

test('the README opens with the two commands', () => {
  assert.match(readme.split('\n## ')[0] ?? '', /```\nnpm start\nnpm test\n```/);
});

test('the README is a page of at most 220 lines, and links every other one', () => {
  assert.ok(readme.split('\n').length - 1 <= 220);
  const linked = linksOf('README.md').map(({ file }) => file);
  assert.deepEqual(
    files.filter((file) => file.startsWith('docs/') && !linked.includes(file)),
    [],
  );
});

/** Rows of the tables in a section, without their titles. */
function tableRows(section: string, page = readme): string[] {
  const text = page.split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return text.split('\n').filter((line) => line.startsWith('| `'));
}

test('the README has the key table as it is', () => {
  assert.deepEqual(
    tableRows('Keys'),
    keys.map(({ shown, label }) => `| ${code(shown.split(' '))} | ${label} |`),
  );
});

test('the README has the commands and the page of commands the flags as they are', () => {
  const flags = FLAGS.map(({ long, short, value, help }) => {
    const names = [...(short ? [`-${short}`] : []), `--${long}${value ? ` ${value}` : ''}`];
    return `| ${names.map((name) => `\`${name}\``).join(', ')} | ${help} |`;
  });
  const commands = Object.entries(COMMANDS).map(([name, help]) => `| \`nettop ${name}\` | ${help} |`);
  assert.deepEqual(tableRows('Commands'), commands);
  assert.deepEqual(tableRows('Flags', pages.get('docs/commands.md')), flags);
});

test('the README has as many cases as the table of the accuracy, all of them exact', () => {
  const table = pages.get('docs/accuracy.md')?.split('<!--')[1] ?? '';
  const cells = table.split('\n').map((line) => line.split(' | '));
  const cases = cells.filter(([, moved]) => /^[\d,]+ \/ [\d,]+$/.test(moved ?? ''));
  const exact = cases.filter(([, , nettop]) => nettop === 'exact');
  assert.deepEqual([exact.length, cases.length], [cases.length, Number(/In (\d+) cases/.exec(readme)?.[1])]);
});

test('every path that README and docs name is there, from the top of the tree', () => {
  const wrong = [...pages].flatMap(([file, text]) =>
    pathsIn(text)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file}: ${path}`),
  );
  assert.deepEqual(wrong, []);
});

test('every link leads to a page, and to a heading on it', () => {
  const wrong = files.flatMap((page) =>
    linksOf(page)
      .filter(({ file, heading }) => !existsSync(join(root, file)) || !hasHeading(file, heading))
      .map(({ written }) => `${page}: ${written}`),
  );
  assert.deepEqual(wrong, []);
});

/** What stands in backquotes and is a path of ours: below a room, or by its ending a source. */
function pathsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w./-]+)`/g)].map(([, word = '']) => word);
  const isOurs = (word: string) =>
    /^(src|bpf|native|components|test|docs|\.ci)\//.test(word) || /\.(tsx?|mjs|c|h|md)$/.test(word);
  return quoted.filter(isOurs);
}

interface PageLink {
  written: string;
  file: string;
  /** As GitHub names it; '' for the page itself. */
  heading: string;
}

function linksOf(page: string): PageLink[] {
  const targets = [...(pages.get(page) ?? '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^https?:/.test(target))
    .map((written) => {
      const [path = '', heading = ''] = written.split('#');
      return { written, file: path === '' ? page : join(dirname(page), path), heading };
    });
}

function hasHeading(file: string, heading: string): boolean {
  if (heading === '') return true;
  const titles = [...(pages.get(file) ?? '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  const anchors = titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(heading);
}
