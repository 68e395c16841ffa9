import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingRecord } from '../../src/command/finding-record.ts';
import { explainFilter } from '../../src/filter/explain.ts';
import { readFilter } from '../../src/filter/parser.ts';
import { explanationRecord } from '../../src/output/explain.ts';
import { json } from '../../src/output/formats/json.ts';
import { packetJson } from '../fixtures/json.ts';
import { lineProblem } from '../fixtures/json-schema.ts';
import { fullPacketRow } from '../fixtures/rows.ts';

const packet = (): { type: string; [name: string]: unknown } => JSON.parse(packetJson(fullPacketRow()));

test('a schema takes the line that it is of, and none that lacks a member, has one more or another type', () => {
  const { length, ...without } = packet();
  assert.equal(lineProblem(packet()), '');
  assert.equal(lineProblem(without as { type: string }), 'packet has no length');
  const other = (members: object) => lineProblem({ ...packet(), ...members });
  assert.equal(other({ colour: 'red' }), 'packet has colour');
  assert.equal(other({ length: null }), 'packet.length is null, and no number');
  assert.equal(other({ time: 'now' }), 'packet.time is now');
  assert.throws(() => lineProblem({ type: 'nothing' }), /docs\/schema has no nothing\.json/);
});

test('explain and doctor write what their schemas say', () => {
  const nowUs = 1e15;
  for (const filter of ['', 'tcp and port 443 and nginx', 'status >= 500']) {
    const explanation = explainFilter(readFilter(filter).expression, () => 1);
    assert.equal(lineProblem(JSON.parse(json.line(explanationRecord, { filter, explanation }, nowUs))), '');
  }
  for (const ok of [true, false]) {
    const finding = { what: 'kernel', ok, needed: true, detail: '6.1', hint: 'a newer one' };
    const line = JSON.parse(json.line(findingRecord, finding, nowUs));
    assert.equal(lineProblem(line), '');
    assert.equal(line.hint, ok ? null : 'a newer one');
  }
});
