import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyAt, ownKey } from '../../src/hosts/keys.ts';
import { liveView } from '../../src/hosts/live-list.ts';
import { comparison, merged } from '../../src/hosts/order.ts';
import { tableOf } from '../../src/hosts/tables.ts';
import type { PacketRow, ProcessRow, Row } from '../../src/model/model.ts';
import { machineOf } from '../../src/model/of-machine.ts';
import type { TraceQuestion } from '../../src/model/panes.ts';
import { panes } from '../../src/panes/registry.ts';
import { type List, view } from '../../src/views/list/window.ts';
import { newSeed, seeded } from '../fixtures/filter-random.ts';
import { packetRow, processRows } from '../fixtures/rows.ts';

const nameAt = (place: number) => ['web1', 'db1', 'db2'][place] ?? '';

test('a key says of which machine it is', () => {
  assert.equal(ownKey(keyAt(1, '812:77'), 1), '812:77');
  assert.equal(ownKey(keyAt(1, '812:77'), 0), null);
  assert.equal(ownKey(`process:${keyAt(1, '812:77')}`, 1), 'process:812:77');
  assert.equal(ownKey(keyAt(0, 'network:10.0.0.0/8'), 0), 'network:10.0.0.0/8');
  assert.equal(ownKey('all:', 0), 'all:');
  assert.equal(ownKey('all:', 1), null);
});

test('lists in order are one in order, and the order of each stays', () => {
  const random = seeded(7);
  const lists = Array.from({ length: 3 }, (_, list) =>
    Array.from({ length: 200 }, (_, at) => ({ list, at, value: random(50) })).sort(
      (a, b) => a.value - b.value,
    ),
  );
  const all = merged(lists, (a, b) => a.value - b.value);
  assert.equal(all.length, 600);
  assert.deepEqual(
    all.map(({ value }) => value),
    lists
      .flat()
      .map(({ value }) => value)
      .sort((a, b) => a - b),
  );
  for (const [number, list] of lists.entries())
    assert.deepEqual(
      all.filter((one) => one.list === number),
      list,
    );
});

test('tables of machines are one: in order, with their machines, found by their keys', () => {
  const rows = processRows(6).map((row, at): ProcessRow => ({ ...row, rxRate: 100 - at, txRate: 0 }));
  const parts = [0, 1].map((place) => ({
    place,
    view: {
      rows: rows.filter((_, at) => at % 2 === place),
      total: 3,
      first: 0,
      selected: null,
      selectedKey: null,
    },
  }));
  const asked = { sort: 'rate', descending: true, rows: 4, cursor: { key: keyAt(1, rows[5]?.key ?? '') } };
  const look = { isJoined: false, before: 0, nameAt };
  const { view } = tableOf(parts, asked, look);
  assert.deepEqual([view.total, view.first, view.selected], [6, 2, 5]);
  assert.deepEqual(view.rows.map(machineOf), ['web1', 'db1', 'web1', 'db1']);
  assert.equal(view.selectedKey, asked.cursor.key);
  const byMachine = tableOf(parts, { ...asked, sort: 'machine', rows: 6, cursor: null }, look);
  assert.deepEqual(byMachine.view.rows.map(machineOf), ['db1', 'db1', 'db1', 'web1', 'web1', 'web1']);
});

test('what a pane is sorted by can be told of its rows, or its rows stay as they are', () => {
  const [low, high] = processRows(2) as [ProcessRow, ProcessRow];
  for (const { id } of panes.processes.sorts)
    assert.equal(typeof comparison(id, true)(low as Row, high as Row), 'number', id);
  assert.equal(comparison('no such', true)(low as Row, high as Row), 0);
});

/** A machine's trace at times of its own. */
function traceOf(place: number, times: readonly number[]) {
  const rows = times.map((timeUs, at): PacketRow => ({ ...packetRow(at), key: String(at), timeUs }));
  const list: List<PacketRow> = {
    size: rows.length,
    find: (key) => (rows[Number(key)] ? Number(key) : null),
    rows: (first, count) => rows.slice(first, first + count),
  };
  let before: number | null = null;
  return {
    place,
    view: (asked: TraceQuestion) => {
      const shown = view(list, asked, asked.cursor === null ? null : before);
      before = shown.first;
      return shown;
    },
  };
}

test('traces of machines are one by time, at whatever place one looks', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 50; round++) {
    const times = [0, 1, 2].map(() =>
      Array.from({ length: random(40) }, () => 1e6 + random(60)).sort((a, b) => a - b),
    );
    const all = times
      .flatMap((own, place) => own.map((timeUs, at) => ({ timeUs, key: keyAt(place, String(at)) })))
      .sort((a, b) => a.timeUs - b.timeUs);
    const sources = times.map((own, place) => traceOf(place, own));
    const ask = (cursor: TraceQuestion['cursor'], before: number | null, rows = 7) =>
      liveView(
        sources,
        { sort: 'time', descending: false, rows, cursor, isTraced: true, isFrozen: false, mark: null },
        { nameAt, before },
      );
    const end = ask(null, null);
    assert.deepEqual(
      end.rows.map(({ key }) => key),
      all.slice(-7).map(({ key }) => key),
    );
    assert.equal(end.total, all.length);
    if (all.length === 0) continue;
    const place = random(all.length);
    const wanted = all[place]?.key ?? '';
    const byKey = ask({ key: wanted }, random(all.length));
    assert.deepEqual([byKey.selected, byKey.selectedKey], [place, wanted]);
    const byIndex = ask({ index: place }, random(all.length));
    assert.deepEqual([byIndex.selected, byIndex.selectedKey], [place, wanted]);
    assert.deepEqual(
      byIndex.rows.map(({ key }) => key),
      all.slice(byIndex.first, byIndex.first + 7).map(({ key }) => key),
    );
  }
});
