import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultFields, formatFaults, formatSegmentDrop } from '../../src/panes/connections/fault-text.ts';
import { watchedRow } from '../fixtures/connections.ts';
import { faults, rule } from '../fixtures/lives.ts';

const OWN = 4026531840;

test('where a segment was dropped: by a queue, in a function, in another network namespace, an acknowledgment', () => {
  const rule = { reason: 'NETFILTER_DROP', place: 'nft_do_chain+0x46f', qdisc: null, interface: null };
  const cases = [
    ['QDISC_DROP by tbf at eth0', {}],
    ['NETFILTER_DROP in nft_do_chain', rule],
    [
      'NETFILTER_DROP in nft_do_chain at eth0, netns web',
      { ...rule, interface: 'eth0', netns: 7, netnsName: 'web' },
    ],
    ['acknowledgment, NETFILTER_DROP in nft_do_chain, netns 7', { ...rule, netns: 7, acknowledgment: true }],
    ['in nft_do_chain', { ...rule, reason: null }],
  ] as const;
  for (const [expected, drop] of cases) assert.equal(formatSegmentDrop(faults(drop).drop, OWN), expected);
});

test('whose fault retransmits were, and how many are nobody’s', () => {
  const told = (local: number, path: number, all: number) => formatFaults({ ...faults(), local, path }, all);
  assert.deepEqual(
    [told(7, 2, 10), told(3, 0, 3), told(0, 2, 2), told(0, 0, 4), told(0, 0, 0)],
    ['7 dropped here, 2 lost on the path, 1 not known', '3 dropped here', '2 lost on the path', '', ''],
  );
});

test('in the inspector: the counts, the newest drop and its rule, over as many lines as that takes', () => {
  const row = { ...watchedRow(), netns: OWN, retransmits: 10 };
  assert.deepEqual(faultFields({ ...row, faults: faults({ rule }) }, 60), [
    ['', '7 dropped here, 2 lost on the path, 1 not known'],
    ['dropped here', '8 packets, newest QDISC_DROP by tbf at eth0'],
    ['likely rule', 'inet filter input handle 7: tcp dport 22'],
    ['', 'counter drop'],
  ]);
  const quiet = { local: 0, path: 0, dropped: 0, drop: null };
  assert.deepEqual(
    [null, quiet].map((none) => faultFields({ ...row, faults: none }, 60)),
    [[], []],
  );
});
