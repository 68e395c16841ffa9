import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PacketEvent } from '../../src/capture/records/packet-event.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { ViewQuestion } from '../../src/model/question.ts';
import { TracePane } from '../../src/views/trace/trace-pane.ts';
import { btfOf } from '../fixtures/bpf.ts';
import { addPacket, emptyPackets, names } from '../fixtures/packets.ts';
import { wordsOf } from '../fixtures/samples.ts';

/** A pane with `count` packets, of which every third is to port 53; `add` brings more. */
function openPane(count: number) {
  const packets = emptyPackets();
  const pane = new TracePane(packets, names, btfOf('trace'));
  const add = (overrides: Partial<PacketEvent> = {}, known = false): void => {
    addPacket(packets, overrides);
    pane.offer(known);
  };
  const addMany = (more: number): void => {
    for (let i = 0; i < more; i++) add(packets.end % 3 === 0 ? { destinationPort: 53 } : {});
  };
  addMany(count);
  return { packets, pane, add, addMany };
}

/** The window as its packets' numbers, the selected one in brackets. */
function shown(pane: TracePane, cursor: ViewQuestion['cursor'], rows = 4): string {
  const {
    rows: window,
    total,
    first,
    selected,
    selectedKey,
  } = pane.view({
    sort: 'time',
    descending: false,
    rows,
    cursor,
  });
  const cells = window.map(({ key }, at) => (first + at === selected ? `[${key}]` : key));
  assert.equal(selectedKey, selected === null ? null : (window[selected - first]?.key ?? null));
  return `${cells.join(' ')} of ${total}`;
}

test('without a selection the pane follows the live end', () => {
  const { pane, addMany } = openPane(3);
  const seen = [shown(pane, null)];
  addMany(7);
  seen.push(shown(pane, null));
  assert.deepEqual(seen, ['0 1 2 of 3', '6 7 8 9 of 10']);
});

test('a selected packet stays where it is while others come, until the selection is let go', () => {
  const { pane, addMany } = openPane(10);
  const seen = [shown(pane, { index: 8 })];
  addMany(5);
  seen.push(shown(pane, { key: '8' }), shown(pane, { key: '4' }));
  addMany(5);
  seen.push(shown(pane, { key: '4' }), shown(pane, null));
  assert.deepEqual(seen, [
    '6 7 [8] 9 of 10',
    '6 7 [8] 9 of 15',
    '[4] 5 6 7 of 15',
    '[4] 5 6 7 of 20',
    '16 17 18 19 of 20',
  ]);
});

test('a filter keeps what matches of what was there, and of what comes', () => {
  const { pane, addMany } = openPane(10);
  pane.setFilter(parseFilter('port 53'));
  const seen = [shown(pane, null)];
  addMany(5);
  seen.push(shown(pane, null));
  pane.setFilter(parseFilter('port 53 and udp'));
  seen.push(shown(pane, null));
  pane.setFilter(null);
  seen.push(shown(pane, null));
  assert.deepEqual(seen, ['0 3 6 9 of 4', '3 6 9 12 of 5', ' of 0', '11 12 13 14 of 15']);
});

test('what the kernel let pass by the whole filter is not asked again', () => {
  const { pane, add } = openPane(0);
  pane.setFilter(parseFilter('port 53'));
  add({}, true);
  add({}, false);
  assert.equal(shown(pane, null), '0 of 1');
});

test('a selected packet that the filter hides is no longer selected', () => {
  const { pane } = openPane(10);
  shown(pane, { key: '8' });
  pane.setFilter(parseFilter('port 53'));
  assert.equal(shown(pane, { key: '8' }), '0 3 6 9 of 4');
});

test('a pane without room for a row still knows the selection', () => {
  const { pane } = openPane(10);
  assert.equal(shown(pane, { index: 9 }, 0), ' of 10');
  assert.equal(shown(pane, { key: 'gone' }, 0), ' of 10');
  assert.equal(shown(pane, { key: '9' }, 2), '8 [9] of 10');
});

test('the stream hands out each matching packet once, in order', () => {
  const { pane, addMany } = openPane(10);
  pane.setFilter(parseFilter('port 53'));
  const taken: string[] = [];
  let next = 0;
  const take = (limit: number): void => {
    const answer = pane.rowsFrom(next, limit);
    next = answer.next;
    taken.push(answer.rows.map(({ key }) => key).join(' '));
  };
  take(3);
  take(3);
  take(3);
  addMany(6);
  take(3);
  assert.deepEqual(taken, ['0 3 6', '9', '', '12 15']);
});

test('the newest packets between two ends, in both directions', () => {
  const { pane, add } = openPane(0);
  const back = {
    source: wordsOf('192.168.1.100'),
    destination: wordsOf('203.0.113.7'),
    sourcePort: 40_022,
    destinationPort: 443,
  };
  for (const event of [{}, back, { destinationPort: 53 }, { protocol: 17 }, {}, back]) add(event);
  const ends = { ...back, protocol: 6, netns: 4026531840 };
  assert.deepEqual(
    [pane.between(ends, 10), pane.between(ends, 2)].map((rows) => rows.map(({ key }) => key).join(' ')),
    ['0 1 4 5', '4 5'],
  );
});

test('a packet is inspected while it is kept, and looked for again while it is on its way', () => {
  const { packets, pane, add } = openPane(0);
  add({ atNs: 5e9, packet: 7n });
  const hops = (nowNs: number): number | undefined => {
    const found = pane.inspect('0', nowNs);
    return found?.pane === 'trace' ? found.hops.length : undefined;
  };
  const seen = [hops(5.1e9)];
  add({ atNs: 5.2e9, packet: 7n });
  seen.push(hops(5.3e9), hops(6.1e9));
  add({ atNs: 5.4e9, packet: 7n });
  seen.push(hops(6.2e9));
  assert.deepEqual([seen, pane.inspect('3', 6.2e9), packets.end], [[1, 2, 2, 2], null, 3]);
});
