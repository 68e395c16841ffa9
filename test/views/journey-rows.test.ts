import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hop } from '../../src/model/model.ts';
import { byPacket, journeyOf, journeyPackets } from '../fixtures/journeys.ts';

const journeys = [...byPacket(journeyPackets()).values()].map((rows) => journeyOf(rows));

test('one line for each packet', () => {
  const lines = journeys.map(({ row }) =>
    [row.key, row.functions, row.latencyUs, row.result, row.reason, row.lost, row.source, row.process].join(
      ' ',
    ),
  );
  assert.deepEqual(lines, [
    '100 5 51 sent  0 192.168.100.100 curl',
    '200 6 345 delivered  0 203.0.113.7 curl',
    '300 3 10 dropped NO_SOCKET 0 203.0.113.7 ',
    '400 3 12 delivered  2 203.0.113.7 ',
    '500 4 20 forwarded  0 203.0.113.7 ',
    '600 1 0 on its way  0 192.168.100.100 curl',
  ]);
});

/** "function +delta, lost before, field from → to". */
function told({ function: name, deltaUs, sinceFirstUs, lostBefore, changes }: Hop): string {
  const lost = lostBefore > 0 ? [`${lostBefore} lost`] : [];
  return [
    `${name} +${deltaUs} ${sinceFirstUs}`,
    ...lost,
    ...changes.map(({ field, from, to }) => `${field} ${from} → ${to}`),
  ].join(', ');
}

test('a path has the time of each hop, what changed, and where events were lost', () => {
  const paths = [journeys[0], journeys[3], journeys[4]].map((journey) => journey?.hops.map(told));
  assert.deepEqual(paths, [
    [
      'ip_output +0 0',
      'ip_finish_output +3 3',
      '__dev_queue_xmit +2 5, source 192.168.100.100:40022 → 198.51.100.4:61001, mark 0x0 → 0x10',
      'dev_hard_start_xmit +4 9',
      'consume_skb +42 51',
    ],
    ['netif_receive_skb +0 0', 'tcp_v4_do_rcv +9 9, 2 lost', 'tcp_queue_rcv +3 12'],
    [
      'netif_receive_skb +0 0',
      'ip_forward +4 4',
      '__dev_queue_xmit +3 7, interface eth0 → eth1, netns 4026531840 → blue, skb ffff8881000500 → ffff888100000600',
      'consume_skb +13 20',
    ],
  ]);
});

test('an event that does not know a field changes nothing', () => {
  const [first] = journeyPackets();
  assert.ok(first);
  const socket = { ...first, headers: 'socket' as const, source: '::', skb: '', interface: '', netns: null };
  const { hops } = journeyOf([first, { ...socket, hop: 0 }, { ...first, hop: 2 }]);
  assert.deepEqual(
    hops.map(({ changes, lostBefore }) => [changes, lostBefore]),
    [
      [[], 0],
      [[], 0],
      [[], 0],
    ],
  );
});
