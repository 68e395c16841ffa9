import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { quoted, within } from '../../../src/model/alerts/command-text.ts';

test('a word is one word for a shell, whatever is in it', () => {
  const words = [
    'a b',
    "it's",
    '$(touch x)',
    '`id`',
    ';reboot',
    '-n',
    'a\\',
    '"',
    '*',
    '~',
    '#',
    'é',
    "''",
    '!!',
  ];
  const printed = execFileSync('sh', ['-c', `printf '%s\\n' ${words.map(quoted).join(' ')}`], {
    encoding: 'utf8',
  });
  assert.deepEqual(printed.split('\n').slice(0, -1), words);
});

test('a command acts on the network namespace that it is about, where that can be named', () => {
  const of = (netns: number | null, netnsName: string | null, pid: number | null) =>
    within({ netns, netnsName, pid }, 1, 'ss');
  assert.deepEqual(
    [
      of(1, null, 7),
      of(null, null, 7),
      of(2, 'blue', 7),
      of(2, 'b; x', 7),
      of(2, null, 7),
      of(2, null, null),
    ],
    ['ss', 'ss', 'ip netns exec blue ss', "ip netns exec 'b; x' ss", 'nsenter -t 7 -n ss', null],
  );
});
