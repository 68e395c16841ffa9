import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyFigures, MEASUREMENTS, NO_FIGURES } from '../../src/capture/records/tcp-sample.ts';
import { literalOf } from '../../src/model/literal.ts';
import { isMeasured, tcpFigures } from '../../src/model/tcp-figures.ts';
import { tcpFields } from '../../src/panes/connections/tcp-record.ts';
import { rowOf } from '../../src/views/connections/figures.ts';

test('before the first reading a figure is null where the kernel has a value for that, else false, 0 or empty', () => {
  const expected = tcpFigures.map(([name, figure]) => {
    if (!isMeasured(figure)) return [name, 0];
    if (figure.none !== undefined) return [name, null];
    return [name, figure.kind === 'flag' ? false : figure.kind === 'text' ? '' : 0];
  });
  assert.deepEqual(rowOf(NO_FIGURES), Object.fromEntries(expected));
});

test('each figure that was read is in the row, by itself', () => {
  const read = Object.fromEntries(
    MEASUREMENTS.map(({ name, kind }, at) => [name, kind === 'text' ? 'bbr' : 100 + at]),
  );
  const row = rowOf({ ...NO_FIGURES, ...read, applicationLimited: 1, sendBufferFull: 0 });
  const { sendQueue = 0, receiveQueue = 0, unsentBytes = 0, drops, handshakes, young, ...same } = read;
  assert.deepEqual(row, {
    ...same,
    unsentBytes,
    applicationLimited: true,
    sendBufferFull: false,
    inFlightBytes: Number(sendQueue) - Number(unsentBytes),
    sendQueueBytes: sendQueue,
    receiveQueueBytes: receiveQueue,
  });
  assert.deepEqual([typeof drops, typeof handshakes, typeof young], ['number', 'number', 'number']);
});

test('a copy has the same figures, in the same order, and is apart', () => {
  const before = { ...NO_FIGURES, mss: 1448, congestionControl: 'cubic' };
  const copy = copyFigures(before);
  before.mss = 9;
  assert.deepEqual(Object.entries(copy), Object.entries({ ...before, mss: 1448 }));
});

test('the record has a field for each figure, in their order', () => {
  const names = tcpFields.map(({ name, value }) => [name, value(rowOf({ ...NO_FIGURES, mss: 7 }), 0)]);
  assert.deepEqual(names.slice(3, 6), [
    ['slowStartThreshold', null],
    ['segmentBytes', 7],
    ['congestionControl', ''],
  ]);
  assert.equal(names.length, tcpFigures.length);
});

test('members are expressions or functions of what they are made from', () => {
  const make = literalOf<{ a: number }, object>([
    ['twice', 'from.a * 2'],
    ['next', ({ a }) => a + 1],
  ]);
  assert.deepEqual(make({ a: 4 }), { twice: 8, next: 5 });
});
