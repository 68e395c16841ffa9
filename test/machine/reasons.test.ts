import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { KernelTypes } from '../../native/kernel.ts';
import { DropReasons, readDropReasons } from '../../src/machine/drop-reasons.ts';

const types = new KernelTypes();

const reasons = new DropReasons([
  {
    name: 'skb_drop_reason',
    values: [
      ['SKB_NOT_DROPPED_YET', 0],
      ['SKB_DROP_REASON_NO_SOCKET', 3],
      ['SKB_DROP_REASON_NETFILTER_DROP', 12],
      ['SKB_DROP_REASON_MAX', 13],
      ['SKB_DROP_REASON_SUBSYS_MASK', -65536],
    ],
  },
  {
    name: 'skb_drop_reason_subsys',
    values: [
      ['SKB_DROP_REASON_SUBSYS_CORE', 0],
      ['SKB_DROP_REASON_SUBSYS_OPENVSWITCH', 2],
      ['SKB_DROP_REASON_SUBSYS_NUM', 3],
    ],
  },
  {
    name: 'ovs_drop_reason',
    values: [
      ['OVS_DROP_NONE', 0],
      ['__OVS_DROP_REASON', 0x20000],
      ['OVS_DROP_LAST_ACTION', 0x20001],
    ],
  },
  { name: 'other_drop_reason', values: [['OTHER', 0x90001]] },
]);

test('reasons have the names of the kernel and its subsystems; others are numbers', () => {
  assert.deepEqual(
    [0, 3, 12, 13, 0x20001, 0x90001, 0x20002].map((reason) => reasons.name(reason)),
    ['SKB_NOT_DROPPED_YET', 'NO_SOCKET', 'NETFILTER_DROP', '13', 'OVS_DROP_LAST_ACTION', '589825', '131074'],
  );
});

test('a pattern names reasons, in either case, with or without the prefix; a number names itself', () => {
  assert.deepEqual(
    ['NETFILTER*', 'no_socket', 'SKB_DROP_REASON_NO_SOCKET', '*_DROP*', '131072', 'nothing'].map((glob) =>
      reasons.numbers(glob),
    ),
    [[12], [3], [3], [0, 12, 0x20001], [131072], []],
  );
});

test('a kernel without reasons', () => {
  const none = new DropReasons([]);
  assert.deepEqual([none.known, none.name(3), none.numbers('*')], [false, '3', []]);
});

test("the running kernel's are those that bpftool shows", (t) => {
  if (!readDropReasons(types).known) return t.skip('this kernel has no drop reasons');
  const dump = spawnSync('bpftool', ['btf', 'dump', 'file', '/sys/kernel/btf/vmlinux', 'format', 'c'], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  if (dump.status !== 0) return t.skip(`no dump by bpftool: ${dump.error?.message ?? dump.stderr.trim()}`);
  const [, body = ''] = /^enum skb_drop_reason \{\n([^}]*)\}/m.exec(dump.stdout) ?? [];
  const expected = [...body.matchAll(/(\w+) = (\d+),/g)].filter(
    ([, name]) => !/_(MAX|MASK)$/.test(`${name}`),
  );
  assert.ok(expected.length > 40, `${expected.length} reasons`);
  assert.deepEqual(
    expected.map(([, , number]) => readDropReasons(types).name(Number(number))),
    expected.map(([, name]) => name?.replace('SKB_DROP_REASON_', '')),
  );
});
