import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from '../../src/attach/plan.ts';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { type Finding, report } from '../../src/command/doctor-report.ts';
import { kernelAllowing } from '../fixtures/allowed.ts';

const kernel: Finding = {
  what: 'kernel',
  ok: true,
  needed: true,
  detail: '6.18.44',
  hint: 'nettop needs Linux 5.8 or newer',
};
const fentry: Finding = {
  what: 'fentry programs',
  ok: false,
  needed: false,
  detail: 'Invalid argument',
  hint: 'the trace uses other rungs',
};
const library: Finding = {
  what: 'libbpf',
  ok: false,
  needed: true,
  detail: 'libbpf.so.1: cannot open shared object file',
  hint: 'install it: apt-get install libbpf1',
};

const allowed = kernelAllowing({ fentry: false });
const some = TRACE_POINTS.filter(({ function: name }) =>
  ['netif_receive_skb', 'ip_output', 'tcp_v4_do_rcv', 'tcp_queue_rcv'].includes(name),
);

test('where nettop can run: what was found, where the trace attaches', () => {
  const attachments = plan(some, { ...allowed, kprobe: false }, new Set(), 'auto');
  assert.deepEqual(report([kernel, fentry], attachments, false), {
    ready: true,
    findings: [kernel, fentry],
    lines: [
      'ok       kernel               6.18.44',
      'absent   fentry programs      Invalid argument',
      '                              the trace uses other rungs',
      '',
      'The trace attaches to',
      '  netif_receive_skb         tracepoint net:netif_receive_skb',
      '  tcp_v4_do_rcv             tracepoint tcp:tcp_probe, shown as tcp_rcv_established',
      '  tcp_queue_rcv             not reached: no tracepoint is there',
      '  ip_output                 not reached: no tracepoint is there',
      '',
      'nettop can run here.',
    ],
  });
});

test('where it cannot: each missing thing with a line on how to get it', () => {
  assert.deepEqual(report([kernel, library, fentry], [], false), {
    ready: false,
    findings: [kernel, library, fentry],
    lines: [
      'ok       kernel               6.18.44',
      'MISSING  libbpf               libbpf.so.1: cannot open shared object file',
      '                              install it: apt-get install libbpf1',
      'absent   fentry programs      Invalid argument',
      '                              the trace uses other rungs',
      '',
      'nettop cannot run here: see MISSING above.',
    ],
  });
});

test('--verbose adds the node that runs it', () => {
  const { lines } = report([kernel], plan(some, allowed, new Set(), 'auto'), true);
  assert.deepEqual(lines.slice(-9), [
    'The trace attaches to',
    '  netif_receive_skb         tracepoint net:netif_receive_skb',
    '  tcp_v4_do_rcv             kprobe',
    '  tcp_queue_rcv             kprobe',
    '  ip_output                 kprobe',
    '',
    `node ${process.version} ${process.arch}`,
    '',
    'nettop can run here.',
  ]);
});
