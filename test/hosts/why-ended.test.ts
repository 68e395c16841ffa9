import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remoteCommand, sshArguments } from '../../src/hosts/ssh.ts';
import { whyEnded } from '../../src/hosts/why-ended.ts';

const ended = (complaint: string, code: number | null = 255) =>
  whyEnded({ code, complaint, isMissing: false }, null, false).why;

test('what ssh, sudo and shells say has a cause in words', () => {
  const said: [string, number, string][] = [
    ['Host key verification failed.\r\n', 255, 'its host key is not known here'],
    [
      'root@10.0.0.1: Permission denied (publickey,keyboard-interactive).\r\n',
      255,
      'it lets nobody in without a password',
    ],
    ['ssh: Could not resolve hostname nope: Name or service not known\r\n', 255, 'its name has no address'],
    [
      'ssh: connect to host 10.0.0.1 port 22: Connection refused\r\n',
      255,
      'ssh: connect to host 10.0.0.1 port 22: Connection refused',
    ],
    ['sudo: a password is required\n', 1, 'sudo asks for a password there'],
    ['sudo: nettop: command not found\n', 1, 'it has no nettop'],
    ['sh: 1: exec: nettop: not found\n', 127, 'it has no nettop'],
    ['bash: line 1: exec: sudo: not found\n', 127, 'it has no sudo'],
    ['nettop: no command record; did you mean trace?\n', 2, 'its nettop is of another version than this one'],
    ['nettop: needs root\n', 1, 'its nettop did not start: nettop: needs root'],
  ];
  for (const [complaint, code, why] of said) assert.equal(ended(complaint, code), why);
});

test('what a machine says is safe to print, and short', () => {
  const why = ended(`\u001b[2J${'x'.repeat(5000)}\n`, 1);
  assert.ok(!why.includes('\u001b'));
  assert.ok(why.length < 300);
});

test('another version of recordings is told, and what is no recording', () => {
  const end = { code: 0, complaint: '', isMissing: false };
  const why = (unread: string) => whyEnded(end, unread, false).why;
  assert.equal(
    why('is a recording of version 2; this nettop reads version 1'),
    'what it sends is a recording of version 2; this nettop reads version 1',
  );
  assert.equal(why('is no recording of nettop'), 'what it sends is no recording of nettop');
  assert.match(whyEnded(end, null, true).why, /^its nettop ended$/);
});

test('a destination is none of ssh’s flags, and keys are never taken by themselves', () => {
  const args = sshArguments('-oProxyCommand=x', remoteCommand(['nettop', 'record', '-']));
  assert.deepEqual(args.slice(args.indexOf('--')), [
    '--',
    '-oProxyCommand=x',
    `sh -c 'if [ "$(id -u)" = 0 ]; then exec nettop record -; else exec sudo -n nettop record -; fi'`,
  ]);
  assert.ok(args.includes('StrictHostKeyChecking=yes') && args.includes('BatchMode=yes'));
});
