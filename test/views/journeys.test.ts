import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FixedFunction } from '../../src/abi/points.ts';
import type { PacketEvent } from '../../src/capture/records/packet-event.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { ViewQuestion } from '../../src/model/question.ts';
import { PACKETS_KEPT } from '../../src/views/trace/packets.ts';
import { TracePane } from '../../src/views/trace/trace-pane.ts';
import { btfOf } from '../fixtures/bpf.ts';
import { addPacket, emptyPackets, fillPackets, names, pointOf } from '../fixtures/packets.ts';

const NOW_NS = 9e9;

function open() {
  const packets = emptyPackets();
  const pane = new TracePane(packets, names, btfOf('trace'));
  /** One event of a packet; 0 is a packet without identity. */
  const add = (packet: number, overrides: Partial<PacketEvent> = {}, known = true): void => {
    addPacket(packets, { packet: BigInt(packet), hop: 0, ...overrides });
    pane.offer(known);
  };
  return { packets, pane, add };
}

/** The window as "key×functions", the selected one in brackets. */
function shown(pane: TracePane, cursor: ViewQuestion['cursor'] = null, rows = 4): string {
  const view = pane.viewJourneys({ sort: 'time', descending: false, rows, cursor }, NOW_NS);
  assert.ok(view);
  const cells = view.rows.map(({ key, functions }, at) =>
    view.first + at === view.selected ? `[${key}×${functions}]` : `${key}×${functions}`,
  );
  return `${cells.join(' ')} of ${view.total}`;
}

test('events are grouped by identity, those from before and those that come; those of no packet are left out', () => {
  const { pane, add } = open();
  for (const packet of [7, 8, 7, 0, 0, 8, 7]) add(packet);
  assert.equal(
    pane.viewJourneys({ sort: 'time', descending: false, rows: 4, cursor: null }, NOW_NS),
    undefined,
  );
  pane.group(true);
  const seen = [shown(pane)];
  for (const packet of [8, 9, 0, 7]) add(packet);
  seen.push(shown(pane, null, 9));
  assert.deepEqual(seen, ['0×3 1×2 of 2', '0×4 1×3 8×1 of 3']);
});

test('identities that share their low or high half are different packets', () => {
  const { pane, add } = open();
  pane.group(true);
  for (const packet of [1, 2 ** 32, 2 ** 32 + 1, 1]) add(packet);
  assert.equal(shown(pane), '0×2 1×1 2×1 of 3');
});

test('a packet is shown, whole, when any of its events matches', () => {
  const { pane, add } = open();
  const dns = { destinationPort: 53 };
  add(7);
  add(8);
  add(7, dns, false);
  pane.group(true);
  pane.setFilter(parseFilter('port 53'));
  const seen = [shown(pane)];
  add(8, {}, false);
  add(9, {}, false);
  add(10, dns, false);
  seen.push(shown(pane));
  add(9, dns, false);
  add(8, dns, false);
  seen.push(shown(pane));
  pane.setFilter(null);
  seen.push(shown(pane));
  assert.deepEqual(seen, ['0×2 of 1', '0×2 5×1 of 2', '0×2 1×3 4×2 5×1 of 4', '0×2 1×3 4×2 5×1 of 4']);
});

test('the selection stays on its packet while others come, and takes any of its events', () => {
  const { pane, add } = open();
  pane.group(true);
  for (const packet of [1, 2, 3, 4, 5, 2]) add(packet);
  const seen = [shown(pane, { key: '5' }, 3)];
  for (const packet of [6, 7, 8]) add(packet);
  seen.push(shown(pane, { key: '1' }, 3), shown(pane, null, 3));
  assert.deepEqual(seen, ['[1×2] 2×1 3×1 of 5', '[1×2] 2×1 3×1 of 8', '6×1 7×1 8×1 of 8']);
});

test('a packet whose first event was overwritten is gone; what comes of it later is a new line', () => {
  const { packets, pane, add } = open();
  pane.group(true);
  add(1);
  add(2);
  fillPackets(packets, PACKETS_KEPT + 1, { packet: 3n }, () => pane.offer(true));
  const seen = [shown(pane, null, 2)];
  add(1);
  seen.push(shown(pane, null, 2));
  assert.deepEqual(seen, ['1×1 2×131071 of 2', `2×131071 ${PACKETS_KEPT + 1}×1 of 2`]);
});

const at = (ms: number, name: FixedFunction, hop: number): Partial<PacketEvent> => ({
  atNs: 5e9 + ms * 1e6,
  point: pointOf(name),
  hop,
});

test('the path of a packet, in order of time, stays while it is looked at', () => {
  const { packets, pane, add } = open();
  add(1, at(0, 'netif_receive_skb', 1));
  add(1, at(2, 'sock_def_readable', 3));
  add(1, at(1, 'tcp_rcv_established', 2));
  const path = () => {
    const found = pane.inspectJourney('1', NOW_NS);
    assert.ok(found?.pane === 'journeys');
    return [found.row.key, found.row.result, ...found.hops.map((hop) => `${hop.function} ${hop.lostBefore}`)];
  };
  const before = path();
  fillPackets(packets, PACKETS_KEPT + 3, { packet: 2n });
  const expected = ['1', 'delivered', 'netif_receive_skb 0', 'tcp_rcv_established 0', 'sock_def_readable 0'];
  assert.deepEqual([before, path(), pane.inspectJourney('2', NOW_NS)], [expected, expected, null]);
});

test('hops that were overwritten are not told as lost, those that never came are', () => {
  const { packets, pane, add } = open();
  fillPackets(packets, PACKETS_KEPT + 3, { packet: 3n, atNs: 5e9 });
  add(1, { ...at(1, 'netif_receive_skb', 4), sinceNs: 2e6 });
  add(2, { ...at(1, 'netif_receive_skb', 4), sinceNs: 0.5e6 });
  const lost = (key: number) => {
    const found = pane.inspectJourney(String(key), NOW_NS);
    return found?.pane === 'journeys' && [found.row.lost, found.hops[0]?.lostBefore];
  };
  assert.deepEqual(
    [lost(packets.end - 2), lost(packets.end - 1)],
    [
      [0, 0],
      [3, 3],
    ],
  );
});

test('the marked packet is compared as it was seen, also when its events are gone', () => {
  const { packets, pane, add } = open();
  add(1, at(0, 'netif_receive_skb', 1));
  pane.setMark('0', 5.1e9);
  add(1, at(1, 'kfree_skb', 2));
  const compare = (mark: string | null, key: string) => {
    const found = pane.compare(mark, key, 5.2e9);
    return found?.pane === 'comparison' ? [found.marked.hops.length, found.other.hops.length] : found;
  };
  add(2);
  const seen = [compare('0', '2')];
  fillPackets(packets, PACKETS_KEPT + 3, { packet: 3n });
  seen.push(compare('0', String(packets.end - 1)), compare(null, '3'));
  assert.deepEqual(seen, [[2, 1], [2, 500], null]);
});
