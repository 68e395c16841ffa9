import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Allowed, plan, programs, statuses } from '../../src/attach/plan.ts';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { attachPhrase } from '../../src/model/attach-phrase.ts';
import type { Attach } from '../../src/model/model.ts';
import { kernelAllowing } from '../fixtures/allowed.ts';

const nothingRefused = new Set<string>();

/** One line a point: function, how it is watched, what its packets are shown as. */
function lines(
  allowed: Allowed,
  refused: ReadonlySet<string> = nothingRefused,
  attach: Attach = 'auto',
): string[] {
  return statuses(plan(TRACE_POINTS, allowed, refused, attach)).map(
    ({ function: name, hook, tracepoint, shownAs }) =>
      `${name}: ${hook ?? 'not reached'}${tracepoint ? ` ${tracepoint}` : ''}${shownAs === name ? '' : ` as ${shownAs}`}`,
  );
}

test('where all is allowed functions are watched by fentry, what is inlined by its tracepoint', () => {
  assert.deepEqual(lines(kernelAllowing()), [
    'netif_rx: tracepoint net:netif_rx',
    'netif_receive_skb: tracepoint net:netif_receive_skb',
    'ip_rcv_finish: fentry',
    'ip6_rcv_finish: fentry',
    'tcp_v4_do_rcv: fentry',
    'tcp_v6_do_rcv: fentry',
    'tcp_queue_rcv: fentry',
    'sock_def_readable: fentry',
    'skb_copy_datagram_iter: tracepoint skb:skb_copy_datagram_iovec',
    'ip_output: fentry',
    'ip6_output: fentry',
    'ip_finish_output: fentry',
    'ip6_finish_output: fentry',
    '__dev_queue_xmit: fentry',
    'dev_hard_start_xmit: tracepoint net:net_dev_start_xmit',
    'tcp_retransmit_skb: tracepoint tcp:tcp_retransmit_skb',
    'kfree_skb: tracepoint skb:kfree_skb',
    'consume_skb: tracepoint skb:consume_skb',
  ]);
});

test('where only tracepoints are allowed each is shown as the function that it is in', () => {
  assert.deepEqual(lines(kernelAllowing({ fentry: false, kprobe: false })), [
    'netif_rx: tracepoint net:netif_rx',
    'netif_receive_skb: tracepoint net:netif_receive_skb',
    'ip_rcv_finish: not reached',
    'ip6_rcv_finish: not reached',
    'tcp_v4_do_rcv: tracepoint tcp:tcp_probe as tcp_rcv_established',
    'tcp_v6_do_rcv: tracepoint tcp:tcp_probe as tcp_rcv_established',
    'tcp_queue_rcv: not reached',
    'sock_def_readable: tracepoint sock:sk_data_ready',
    'skb_copy_datagram_iter: tracepoint skb:skb_copy_datagram_iovec',
    'ip_output: not reached',
    'ip6_output: not reached',
    'ip_finish_output: not reached',
    'ip6_finish_output: not reached',
    '__dev_queue_xmit: tracepoint net:net_dev_queue',
    'dev_hard_start_xmit: tracepoint net:net_dev_start_xmit',
    'tcp_retransmit_skb: tracepoint tcp:tcp_retransmit_skb',
    'kfree_skb: tracepoint skb:kfree_skb',
    'consume_skb: tracepoint skb:consume_skb',
  ]);
});

const some = (all: string[], ...names: string[]): string[] =>
  all.filter((text) => names.includes(text.split(':')[0] ?? ''));

test('without fentry a function is watched by kprobe', () => {
  assert.deepEqual(
    some(lines(kernelAllowing({ fentry: false })), 'ip_output', 'tcp_v4_do_rcv', 'netif_receive_skb'),
    ['netif_receive_skb: tracepoint net:netif_receive_skb', 'tcp_v4_do_rcv: kprobe', 'ip_output: kprobe'],
  );
});

test('one kind of call, where the user asks for it: what only a tracepoint sees stays there', () => {
  const watched = ['netif_receive_skb', 'skb_copy_datagram_iter', 'ip_output', 'tcp_v4_do_rcv'];
  const alone = (attach: Attach) => some(lines(kernelAllowing(), nothingRefused, attach), ...watched);
  assert.deepEqual(alone('kprobe'), [
    'netif_receive_skb: tracepoint net:netif_receive_skb',
    'tcp_v4_do_rcv: kprobe',
    'skb_copy_datagram_iter: tracepoint skb:skb_copy_datagram_iovec',
    'ip_output: kprobe',
  ]);
  assert.deepEqual(alone('tracepoint'), [
    'netif_receive_skb: tracepoint net:netif_receive_skb',
    'tcp_v4_do_rcv: tracepoint tcp:tcp_probe as tcp_rcv_established',
    'skb_copy_datagram_iter: tracepoint skb:skb_copy_datagram_iovec',
    'ip_output: not reached',
  ]);
});

test('a function that the kernel inlined falls to its tracepoint, or is not reached', () => {
  const inlined = kernelAllowing({
    hasFunction: (name) => !['sock_def_readable', 'tcp_queue_rcv'].includes(name),
  });
  assert.deepEqual(some(lines(inlined), 'sock_def_readable', 'tcp_queue_rcv', 'ip_output'), [
    'tcp_queue_rcv: not reached',
    'sock_def_readable: tracepoint sock:sk_data_ready',
    'ip_output: fentry',
  ]);
});

test('a tracepoint that the kernel does not have yet is passed over', () => {
  const older = kernelAllowing({ fentry: false, hasTracepoint: (name) => name !== 'sk_data_ready' });
  assert.deepEqual(some(lines(older), 'sock_def_readable'), ['sock_def_readable: kprobe']);
});

test('a refused program leaves its point to the next rung', () => {
  const refused = new Set([
    'fentry ip_output',
    'fentry tcp_v4_do_rcv',
    'kprobe tcp_v4_do_rcv',
    'tp_kfree_skb',
  ]);
  assert.deepEqual(
    some(lines(kernelAllowing(), refused), 'ip_output', 'tcp_v4_do_rcv', 'kfree_skb', 'ip6_output'),
    [
      'tcp_v4_do_rcv: tracepoint tcp:tcp_probe as tcp_rcv_established',
      'ip_output: kprobe',
      'ip6_output: fentry',
      'kfree_skb: not reached',
    ],
  );
});

test('a program that serves two points is attached once', () => {
  const attachments = plan(
    TRACE_POINTS,
    kernelAllowing({ fentry: false, kprobe: false }),
    nothingRefused,
    'auto',
  );
  assert.deepEqual(programs(attachments), [
    'tp_netif_rx',
    'tp_netif_receive_skb',
    'tp_tcp_probe',
    'tp_sk_data_ready',
    'tp_skb_copy_datagram_iovec',
    'tp_net_dev_queue',
    'tp_net_dev_start_xmit',
    'tp_tcp_retransmit_skb',
    'tp_kfree_skb',
    'tp_consume_skb',
  ]);
});

test('the phrase names each kind once', () => {
  const phrase = (allowed: Allowed) =>
    attachPhrase(statuses(plan(TRACE_POINTS, allowed, nothingRefused, 'auto')));
  const noTracepoint = { hasTracepoint: () => false };
  assert.deepEqual(
    [
      kernelAllowing(),
      kernelAllowing({ fentry: false }),
      kernelAllowing({ fentry: false, kprobe: false }),
      kernelAllowing(noTracepoint),
      kernelAllowing({ fentry: false, kprobe: false, ...noTracepoint }),
      kernelAllowing({ hasFunction: (name) => name !== 'ip_output' }),
    ].map(phrase),
    [
      'fentry + tracepoints',
      'kprobes + tracepoints',
      'tracepoints',
      'fentry',
      'nothing',
      'fentry + tracepoints',
    ],
  );
});

test('a function with a verdict has a program on its end too; kprobe-multi has none there', () => {
  const point = { function: 'nft_do_chain', called: null, traced: null, hasVerdict: true };
  const rungs = (allowed: Allowed, attach: Attach = 'auto') =>
    programs(plan([point], allowed, nothingRefused, attach));
  const fentry = ['fentry_nft_do_chain', 'fexit_nft_do_chain'];
  const kprobe = ['kprobe_nft_do_chain', 'kretprobe_nft_do_chain'];
  assert.deepEqual(
    [
      rungs(kernelAllowing()),
      rungs(kernelAllowing(), 'kprobe'),
      rungs(kernelAllowing({ kprobeMulti: true }), 'kprobe-multi'),
      rungs(kernelAllowing({ fentry: false })),
      rungs(kernelAllowing(), 'tracepoint'),
      rungs(kernelAllowing({ fentry: false, kprobe: false })),
    ],
    [fentry, kprobe, kprobe, kprobe, [], []],
  );
});
