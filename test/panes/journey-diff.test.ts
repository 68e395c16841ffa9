import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Journey } from '../../src/model/model.ts';
import { align, comparisonLines } from '../../src/panes/journeys/diff.ts';
import { byPacket, journeyOf, journeyPackets } from '../fixtures/journeys.ts';
import { packetRow } from '../fixtures/rows.ts';

/** A path through functions of one letter each. */
const path = (letters: string): Journey =>
  journeyOf([...letters].map((name, index) => ({ ...packetRow(0), function: name, hop: index + 1 })));

/** The two paths under each other; - where a packet did not pass. */
function aligned(left: string, right: string): string {
  const pairs = align(path(left).hops, path(right).hops);
  const side = (of: 'left' | 'right') => pairs.map((pair) => pair[of]?.function ?? '-').join('');
  return `${side('left')} ${side('right')}`;
}

test('paths are aligned by the functions that both went through, in order', () => {
  assert.deepEqual(
    [
      aligned('abcd', 'abcd'),
      aligned('abcd', 'abx'),
      aligned('abd', 'abcd'),
      aligned('aXbYc', 'abZc'),
      aligned('ab', 'cd'),
    ],
    ['abcd abcd', 'abcd- ab--x', 'ab-d abcd', 'aXbY-c a-b-Zc', 'ab-- --cd'],
  );
});

const text = (one: Journey, other: Journey): string[] =>
  comparisonLines(one, other, 78).map((line) =>
    line
      .map((span) => span.text)
      .join('')
      .trimEnd(),
  );

test('two packets side by side, from the first divergence on', () => {
  const [, delivered, dropped] = [...byPacket(journeyPackets()).values()].map((rows) => journeyOf(rows));
  assert.ok(delivered && dropped);
  assert.deepEqual(text(delivered, dropped).slice(5), [
    '◆ marked                                ▸ the other',
    '     0µs netif_receive_skb            =      0µs netif_receive_skb',
    '     2µs ip_rcv_finish                =      3µs ip_rcv_finish',
    `≠ from here ${'─'.repeat(66)}`,
    '     6µs tcp_v4_do_rcv                ‹',
    '     9µs tcp_queue_rcv                ‹',
    '    11µs sock_def_readable            ‹',
    '   345µs skb_copy_datagram_iter       ‹',
    '                                      ›     10µs kfree_skb',
    '                                                 dropped: NO_SOCKET in tcp_v…',
  ]);
});

test('packets that went the same way are said to', () => {
  assert.equal(text(path('abc'), path('abc')).at(-1), '= the same functions from the first to the last');
});
