import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../src/model/question.ts';
import { json } from '../../src/output/formats/json.ts';
import { report } from '../../src/output/report.ts';
import type { DropsView } from '../../src/panes/drops/row.ts';
import { dropJson } from '../fixtures/json.ts';
import { dropRow, status } from '../fixtures/rows.ts';

const AT_US = 1_767_323_045_000_000;

/** The answer of one tick with these rows of drops. */
function answerWith(numbers: number[], lost = 0): Answer {
  const rows = numbers.map(dropRow);
  const view = { rows, total: rows.length, first: 0, selected: null, selectedKey: null };
  const drops: DropsView = { ...view, sinceSeconds: 1, perSecond: 1, lost, filterPlace: 'none' };
  return { status: status(), inspection: null, drops };
}

test('the report asks for all rows of drops, and for no trace', () => {
  const { stream, views } = report('drops', { format: json });
  const all = { sort: 'perSecond', descending: true, rows: Number.MAX_SAFE_INTEGER, cursor: null };
  assert.deepEqual({ stream, views }, { stream: null, views: { drops: all } });
});

test('counted drops as JSON', () => {
  assert.deepEqual(JSON.parse(dropJson({ ...dropRow(1), pid: 0x1234, process: 'nginx' }, AT_US)), {
    type: 'drop',
    machine: null,
    time: '2026-01-02T03:04:05.000000Z',
    dropReason: 'NETFILTER_DROP',
    dropPlace: 'nf_hook_slow+0x9d',
    advice: JSON.parse(dropJson(dropRow(1), 0)).advice,
    cause: null,
    inferred: false,
    rule: null,
    countedBy: 'packet',
    lost: true,
    interface: 'eth0',
    netns: 4026531840,
    netnsName: null,
    pid: 0x1234,
    process: 'nginx',
    drops: 58_201,
    bytes: 4_423_200,
    dropsPerSecond: 600,
    last: {
      time: '2026-01-02T03:04:05.001373Z',
      protocol: 'tcp',
      source: '203.0.113.8',
      sourcePort: 40_023,
      destination: '192.168.100.100',
      destinationPort: 443,
      sequence: 3_891_234_567,
      acknowledgment: 1_702_345_678,
      flags: ['SYN'],
      length: 76,
    },
  });
  const { dropReason, advice, last } = JSON.parse(dropJson({ ...dropRow(3), last: null }, 0));
  assert.deepEqual({ dropReason, advice, last }, { dropReason: null, advice: null, last: null });
});

test('counted drops as a table', () => {
  assert.deepEqual(report('drops').answer(answerWith([0, 3, 4]), AT_US), [
    'REASON              PLACE                                       IFACE       PID  PROCESS           DROPS/s    DROPS    AGE  LAST PACKET',
    'NO_SOCKET           __udp4_lib_rcv+0x4bc                        eth0       1000  nginx                1.2k   116400     0s  udp 203.0.113.7:40022 → 192.168.100.100:443',
    '-                   ip6_mc_input+0x1f4                          eth1       1000  nginx                 120    11643  1m03s  icmp6 fe80::1 → ff02::1:ff00:7',
    'UNHANDLED_PROTO     __netif_receive_skb_core.constprop.0+0x2a1  eth0          -  -                      71     6851  1m52s  arp',
    '',
  ]);
});

test('drops that could not be counted are told after the rows', () => {
  const last = (lost: number, isJson: boolean) =>
    report('drops', { format: isJson ? json : null })
      .answer(answerWith([0], lost), AT_US)
      .at(-1);
  assert.deepEqual(
    [last(12, false), last(12, true), last(0, false), JSON.parse(last(0, true) ?? '').type],
    [
      '12 drops could not be counted and are in no row',
      '{"type":"notCounted","time":"2026-01-02T03:04:05.000000Z","drops":12}',
      '',
      'drop',
    ],
  );
});
