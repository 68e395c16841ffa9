import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionRows } from '../../src/attach/function-list.ts';
import type { MatchedFunction } from '../../src/attach/functions.ts';
import type { Hook } from '../../src/model/model.ts';
import { json } from '../../src/output/formats/json.ts';
import { functionRecord } from '../../src/output/function-record.ts';
import { functionLines } from '../../src/output/functions.ts';

const matched = (name: string, skb: number, more: Partial<MatchedFunction> = {}): MatchedFunction => ({
  name,
  module: null,
  skb,
  sk: 0,
  arguments: 4,
  refusal: null,
  ...more,
});

const FUNCTIONS = [
  matched('__dev_queue_xmit', 1),
  matched('ip_fragment', 3, { refusal: 'it was compiled into its callers, or under another name' }),
  matched('ip_rcv', 1),
  matched('kfree_skb', 1, { refusal: 'it was compiled into its callers, or under another name' }),
  matched('netif_receive_skb', 1),
  matched('vxlan_rcv', 2, { module: 'vxlan', arguments: 2 }),
];

const tracepoints = new Map([
  ['__dev_queue_xmit', 'net:net_dev_queue'],
  ['kfree_skb', 'skb:kfree_skb'],
  ['netif_receive_skb', 'net:netif_receive_skb'],
]);

const lines = (...hooks: Hook[]) => functionLines(functionRows(FUNCTIONS, { hooks, tracepoints }));

test('where functions can be attached, each has the rung that the trace would take', () => {
  assert.deepEqual(lines('fentry', 'kprobe-multi', 'kprobe'), [
    'FUNCTION                          MODULE    SKB ARG  RUNG',
    '__dev_queue_xmit                             1 of 4  fentry',
    'ip_fragment                                  3 of 4  - it was compiled into its callers, or under another name',
    'ip_rcv                                       1 of 4  fentry',
    'kfree_skb                                    1 of 4  tracepoint skb:kfree_skb',
    'netif_receive_skb                            1 of 4  fentry',
    'vxlan_rcv                         vxlan      2 of 2  kprobe-multi',
  ]);
});

test('elsewhere the tracepoints that stand in a function are left', () => {
  assert.deepEqual(lines(), [
    'FUNCTION                          MODULE    SKB ARG  RUNG',
    '__dev_queue_xmit                             1 of 4  tracepoint net:net_dev_queue',
    'ip_fragment                                  3 of 4  - it was compiled into its callers, or under another name',
    'ip_rcv                                       1 of 4  -',
    'kfree_skb                                    1 of 4  tracepoint skb:kfree_skb',
    'netif_receive_skb                            1 of 4  tracepoint net:netif_receive_skb',
    'vxlan_rcv                         vxlan      2 of 2  -',
  ]);
});

test('a function as JSON', () => {
  const [, , , , , row] = functionRows(FUNCTIONS, { hooks: ['kprobe'], tracepoints });
  assert.ok(row);
  assert.deepEqual(JSON.parse(json.line(functionRecord, row, 0)), {
    type: 'function',
    function: 'vxlan_rcv',
    module: 'vxlan',
    skbArgument: 2,
    arguments: 2,
    rung: 'kprobe',
    tracepoint: null,
    reason: null,
  });
});
