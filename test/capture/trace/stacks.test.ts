import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromFunction } from '../../../src/views/trace/stacks.ts';

const way = ['netif_receive_skb+0x40', 'br_handle_frame+0x1a', 'bpf_trampoline_1+0x3', 'do_softirq+0x5a'];
const outer = way.slice(1);

test('a stack begins with the function, not with the program that is called there', () => {
  const name = 'netif_receive_skb';
  assert.deepEqual(
    [
      ['bpf_prog_5d3c+0x45', 'bpf_trace_run1+0x5c', '__traceiter_netif_receive_skb+0x30', ...way],
      ['nf_nat_setup+0x8045 [nf_nat]', '0xffffffffc002aa45', ...way],
      way,
    ].map((places) => fromFunction(places, name)),
    [way, way, way],
  );
});

test('where the function is part of another one, with what called the program’s caller', () => {
  assert.deepEqual(
    [
      ['bpf_prog_5d3c+0x45', 'bpf_trace_run1+0x5c', '__traceiter_x+0x30', ...outer],
      ['bpf_prog_5d3c+0x45', 'bpf_trampoline_6442512345+0x4f', ...outer],
      ['br_handle_frame+0x1a', 'do_softirq+0x5a'],
      [],
    ].map((places) => fromFunction(places, 'x_part')),
    [outer, outer, ['br_handle_frame+0x1a', 'do_softirq+0x5a'], []],
  );
});
