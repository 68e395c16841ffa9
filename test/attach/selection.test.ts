import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelTypes } from '../../native/kernel.ts';
import { SHAPE } from '../../src/abi/packet.ts';
import type { MatchedFunction } from '../../src/attach/functions.ts';
import { pathFunctions } from '../../src/attach/path-sets.ts';
import { choosePoints, select } from '../../src/attach/selection.ts';
import { PATHS } from '../../src/model/model.ts';

const types = new KernelTypes();

function found(name: string, overrides: Partial<MatchedFunction> = {}): MatchedFunction {
  return { name, module: null, skb: 1, sk: 0, arguments: 3, refusal: null, ...overrides };
}

const names = (globs: string[], matched: MatchedFunction[]) =>
  select(globs, matched, globs).points.map((point) => point.function);

test('without a choice the usual points', () => {
  assert.equal(choosePoints([], [], types, () => assert.fail('read for nothing')).points.length, 18);
});

test('a function of the kernel by its BTF: where its packet and its socket are', () => {
  const { points, left } = select(
    ['tcp_*'],
    [
      found('tcp_data_queue', { skb: 2, sk: 1 }),
      found('tcp_filter', { skb: 2, sk: 3 }),
      found('tcp_rcv_established', { skb: 2, sk: 1, module: 'some' }),
      found('tcp_denied', { refusal: 'not safe' }),
    ],
    ['tcp_*'],
  );
  const any = { shape: SHAPE.any, transmit: false };
  const called = new Map(points.map((point) => [point.function, point]));
  assert.deepEqual(
    [called.get('tcp_data_queue')?.called, called.get('tcp_filter')?.called, left],
    [{ skb: 2, sk: 1, delivers: true, ...any }, { skb: 2, sk: 0, delivers: false, ...any }, 1],
  );
  const established = called.get('tcp_rcv_established');
  assert.deepEqual([established?.traced?.tracepoint, established?.inModule], ['tcp:tcp_probe', true]);
  assert.equal(called.has('tcp_denied'), false);
});

test('the usual points and the functions with a socket alone match too, each once', () => {
  assert.deepEqual(names(['ip_output', 'ip_out*'], [found('ip_output', { skb: 3 })]), ['ip_output']);
  assert.deepEqual(names(['tcp_close'], []), ['tcp_close']);
  assert.deepEqual(names(['kfree_skb', 'sock_def_readable'], []), ['sock_def_readable', 'kfree_skb']);
});

test('of what is known otherwise that is taken which is known', () => {
  const known = [{ function: 'nf_hook_slow', called: null, traced: null, hasVerdict: true }];
  const { points } = select(['nf_*'], [found('nf_hook_slow'), found('nf_reinject')], [], known);
  assert.deepEqual(
    points.map((point) => [point.function, point.hasVerdict ?? false]),
    [
      ['nf_hook_slow', true],
      ['nf_reinject', false],
    ],
  );
});

test('a pattern that nothing matches is told', () => {
  assert.throws(() => names(['ip_output', 'zzz*'], []), {
    name: 'UsageError',
    message: '--function: no function with a packet that can be traced is called zzz*',
  });
});

test('each set has functions, and all has those of each', () => {
  const all = new Set(pathFunctions('all'));
  for (const path of PATHS)
    assert.deepEqual(
      [path, pathFunctions(path).length > 0, pathFunctions(path).every((name) => all.has(name))],
      [path, true, true],
    );
});
