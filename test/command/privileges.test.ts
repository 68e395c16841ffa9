import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingFrom, privilegeError } from '../../src/command/privileges.ts';

const all = (1n << 41n) - 1n;
const netAdmin = 1n << 12n;
const sysAdmin = 1n << 21n;
const sysResource = 1n << 24n;
const perfmonAndBpf = (1n << 38n) | (1n << 39n);

test('names the capabilities that the kernel in question wants', () => {
  const cases: [string, bigint, string[]][] = [
    ['6.1.0-18-amd64', all, []],
    ['6.1.0-18-amd64', 0n, ['CAP_BPF', 'CAP_PERFMON', 'CAP_NET_ADMIN']],
    ['6.1.0-18-amd64', perfmonAndBpf, ['CAP_NET_ADMIN']],
    ['6.1.0-18-amd64', perfmonAndBpf | netAdmin, []],
    ['6.1.0-18-amd64', sysAdmin, []],
    ['5.10.0', sysAdmin, ['CAP_SYS_RESOURCE']],
    ['5.10.0', perfmonAndBpf | netAdmin | sysResource, []],
    ['5.4.0', perfmonAndBpf | netAdmin | sysResource, ['CAP_SYS_ADMIN']],
  ];
  for (const [kernel, effective, missing] of cases)
    assert.deepEqual(missingFrom(effective, kernel), missing, `${kernel} with ${effective.toString(16)}`);
});

test('says what is missing and the command that has it, ready to paste', () => {
  const error = privilegeError(['CAP_BPF', 'CAP_PERFMON'], ['-p', '443', 'host a b', "it's"]);
  assert.equal(error.message, 'missing privileges: CAP_BPF, CAP_PERFMON');
  assert.equal(
    error.hint,
    `run it as root: sudo -- ${process.execPath} ${process.argv[1]} -p 443 'host a b' 'it'\\''s'`,
  );
});
