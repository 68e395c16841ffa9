import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelFunction } from '../../native/kernel-btf.ts';
import { countNames, matchFunctions } from '../../src/attach/functions.ts';
import { UsageError } from '../../src/errors.ts';
import { globPattern } from '../../src/text/glob.ts';

const named = (name: string, module: string | null = null): KernelFunction => ({
  name,
  module,
  skb: 1,
  sk: 0,
  arguments: 1,
});

const functions = [
  named('tcp_v4_rcv'),
  named('tcp_v6_rcv'),
  named('ip_rcv'),
  named('__traceiter_kfree_skb'),
  named('drop', 'one'),
  named('drop', 'two'),
];

const counts = (text: string | null) => (text === null ? null : countNames(text));

const names = (globs: string[], traceable: string | null, symbols: string | null = null): string[] =>
  matchFunctions(globs, { functions, traceable: counts(traceable), symbols: counts(symbols) }).map(
    ({ name, refusal }) => (refusal === null ? name : `${name}: ${refusal}`),
  );

test('globs match whole names; each function is there once, in the order of the names', () => {
  assert.deepEqual(names(['tcp_*', '*_rcv'], null), ['ip_rcv', 'tcp_v4_rcv', 'tcp_v6_rcv']);
  assert.deepEqual(names(['tcp_v[4]_rc?', 'ip_rcv'], null), ['ip_rcv', 'tcp_v4_rcv']);
  assert.deepEqual(names(['tcp', 'TCP_*', 'rcv'], null), []);
});

test('what is not safe, not offered by the kernel or not one function is told so', () => {
  const offered = 'tcp_v4_rcv\ntcp_v6_rcv [ipv6]\ntcp_v6_rcv [odd]\n__traceiter_kfree_skb\ndrop [one]\n';
  assert.deepEqual(names(['*'], offered), [
    '__traceiter_kfree_skb: not safe: it is part of tracing',
    'drop',
    'ip_rcv: the kernel does not let it be traced',
    'tcp_v4_rcv',
    'tcp_v6_rcv: several functions have this name',
  ]);
  assert.deepEqual(names(['[!_]*'], null, 'tcp_v4_rcv\nip_rcv\ndrop\ndrop\n'), [
    'drop: several functions have this name',
    'ip_rcv',
    'tcp_v4_rcv',
    'tcp_v6_rcv: it was compiled into its callers, or under another name',
  ]);
});

test('a pattern of many stars takes no longer than another', () => {
  const begin = process.cpuUsage();
  for (const glob of ['*a'.repeat(60), '*[ab]'.repeat(40), '*?'.repeat(50)]) {
    assert.equal(globPattern(`${glob}!`).test('a'.repeat(127)), false);
    assert.equal(globPattern(`${glob}*`).test('a'.repeat(127)), true);
  }
  assert.ok(process.cpuUsage(begin).user < 500_000);
});

test('globs', () => {
  const fits = (glob: string, name: string): boolean => globPattern(glob).test(name);
  assert.deepEqual(
    ['ip*rcv*', '*', 'ip?rcv', 'ip[_-]rcv', 'ip[!a]rcv', 'i[]p_rcv', 'ip_rcv$', 'ip.rcv', '[a-z]*_rcv'].map(
      (glob) => `${glob} ${fits(glob, 'ip_rcv')}`,
    ),
    [
      'ip*rcv* true',
      '* true',
      'ip?rcv true',
      'ip[_-]rcv true',
      'ip[!a]rcv true',
      'i[]p_rcv false',
      'ip_rcv$ false',
      'ip.rcv false',
      '[a-z]*_rcv true',
    ],
  );
  assert.ok(fits('a[b', 'a[b'));
  assert.throws(() => globPattern('[z-a]'), UsageError);
});
