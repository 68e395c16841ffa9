import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json } from '../../src/output/formats/json.ts';
import { report } from '../../src/output/report.ts';
import type { Units } from '../../src/text/format.ts';
import { frame } from '../fixtures/frame.tsx';
import { watched } from '../fixtures/replay.ts';
import { connectionRows, processRows, status } from '../fixtures/rows.ts';
import { wireStatus } from '../fixtures/wire.ts';

const OTHERS: Units[] = [
  { bits: true, iec: false },
  { bits: false, iec: true },
  { bits: true, iec: true },
];
const RATE = /[\d.]+ (?:[kMGT]i?)?(?:B|bit)\/s/g;

test('b turns every rate of the screen into bits per second, and back', () => {
  const session = watched({ columns: 200, rows: 50 }).press('w').tick(2);
  const rates = () => frame(session.state).match(RATE) ?? [];
  const before = rates();
  assert.ok(before.length > 20 && before.every((rate) => rate.endsWith('B/s')));
  assert.equal(session.press('b').state.message, 'rates in bits per second');
  const bits = rates();
  assert.equal(bits.length, before.length);
  assert.ok(bits.every((rate) => rate.endsWith('bit/s')));
  assert.equal(session.press('b').state.message, 'rates in bytes per second');
  assert.deepEqual(rates(), before);
});

test('b means the same in an inspector', () => {
  const session = watched().press('j', 'enter', 'b');
  const rates = frame(session.state).match(RATE) ?? [];
  assert.ok(rates.length > 4 && rates.every((rate) => rate.endsWith('bit/s')));
});

test('text output has the units that were asked for, JSON is in bytes', () => {
  const answer = {
    status: status({ wire: wireStatus() }),
    inspection: null,
    processes: { rows: processRows(4), total: 2, first: 0, selected: null, selectedKey: null },
    connections: { rows: connectionRows(5), total: 2, first: 0, selected: null, selectedKey: null },
  };
  for (const name of ['processes', 'connections'] as const) {
    for (const units of OTHERS) {
      const rates = report(name, { units }).answer(answer, 0).join('\n').match(RATE) ?? [];
      assert.ok(rates.length > 1, name);
      for (const rate of rates) {
        assert.equal(rate.endsWith('bit/s'), units.bits, rate);
        assert.doesNotMatch(rate, units.iec ? /[kMGT](?:B|bit)/ : /i(?:B|bit)/);
      }
      const written = (units: Units) => report(name, { format: json, units }).answer(answer, 0);
      assert.deepEqual(written(units), written({ bits: false, iec: false }));
    }
  }
});
