import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withInlined } from '../../src/attach/inlined.ts';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { kernelAllowing } from '../fixtures/allowed.ts';

/** Where the trace stands for ip_rcv_finish: symbol, position of the packet. */
function standsAt(functions: string[], symbols: string[], argumentCount: number) {
  const allowed = kernelAllowing({
    hasFunction: (name) => functions.includes(name),
    firstSymbol: (names) => names.find((name) => symbols.includes(name)) ?? null,
    argumentsOf: () => argumentCount,
  });
  const point = withInlined(TRACE_POINTS, allowed).find((point) => point.function === 'ip_rcv_finish');
  return [point?.symbol, point?.called?.skb];
}

test('what the function alone calls: as the kernel describes it, as a copy of it, or the function itself', () => {
  const copy = 'ip_rcv_finish_core.constprop.0';
  assert.deepEqual(standsAt(['ip_rcv_finish_core'], [copy], 4), ['ip_rcv_finish_core', 2]);
  assert.deepEqual(standsAt(['ip_rcv_finish_core'], [], 5), ['ip_rcv_finish_core', 3]);
  assert.deepEqual(standsAt(['ip_rcv_finish'], [copy], 0), [copy, 2]);
  assert.deepEqual(standsAt(['ip_rcv_finish'], [], 0), [undefined, 3]);
});
