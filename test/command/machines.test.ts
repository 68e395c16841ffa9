import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Machine, parse } from '../../src/command/options.ts';
import { UsageError } from '../../src/errors.ts';

const machine: Machine = { netns: () => null, dropReasons: () => [], withoutMachine: () => [] };
const machines = (...argv: string[]) => parse(argv, {}, machine).machines;
const wrong = (pattern: RegExp, ...argv: string[]) =>
  assert.throws(
    () => parse(argv, {}, machine),
    (error) => error instanceof UsageError && pattern.test(error.message),
  );

test('--ssh names machines as ssh takes them; --host too, where no address could be meant', () => {
  const two = [
    { name: 'web1', destination: 'root@web1' },
    { name: 'db-1.example', destination: 'db-1.example' },
  ];
  assert.deepEqual(machines('--ssh', 'root@web1,db-1.example'), two);
  assert.deepEqual(machines('connections', '--host', 'root@web1,db-1.example'), two);
  assert.deepEqual(machines('--host', '10.0.0.1'), []);
  assert.deepEqual(machines('--ssh', 'me@h:2222,[2001:db8::1]:22,[fe80::1]'), [
    { name: 'h:2222', destination: 'ssh://me@h:2222' },
    { name: '[2001:db8::1]:22', destination: 'ssh://[2001:db8::1]:22' },
    { name: '[fe80::1]', destination: 'fe80::1' },
  ]);
});

test('what ssh or a shell could take for anything but a machine is refused', () => {
  for (const name of ['-oProxyCommand=x', 'a@-b', 'a b', "a'b", '$(x)', 'a;b', 'a\nb', '', ',', '@h', '`x`'])
    wrong(/is not a machine/, `--ssh=${name === '' ? ',' : name}`);
  wrong(/named twice/, '--ssh', 'root@a,b@a');
  wrong(/at most 32/, '--ssh', Array.from({ length: 33 }, (_, at) => `h${at}`).join(','));
  wrong(/goes with/, 'record', '-', '--ssh', 'a');
  wrong(/does not go with --from/, 'connections', '--from', 'x', '--ssh', 'a');
});

test('a filter by machine needs machines, and one of that name', () => {
  wrong(/without --ssh/, 'machine', 'web1');
  wrong(/those watched are web1, web2/, '--ssh', 'web1,web2', 'machine', 'db1');
  assert.equal(parse(['--ssh', 'web1,web2', 'machine', 'WEB*'], {}, machine).filter.text, 'machine WEB*');
});
