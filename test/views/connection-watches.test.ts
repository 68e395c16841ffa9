import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionRow } from '../../src/model/model.ts';
import { ConnectionWatches } from '../../src/views/connections/connection-watches.ts';
import { tcpFigures, watchedRow } from '../fixtures/connections.ts';

const SECOND = 1e9;

/** Connections whose rows the test sets. */
function watches() {
  const rows = new Map<string, ConnectionRow>();
  const asked: string[] = [];
  const watching = new ConnectionWatches((key) => {
    asked.push(key);
    return rows.get(key) ?? null;
  }, 0);
  return { rows, asked, watching };
}

test('looks begin when a connection is inspected; what changed between two is an event', () => {
  const { rows, watching, asked } = watches();
  rows.set('1', watchedRow({ retransmits: 7, rxRate: 10, txRate: 20, rttUs: null }));
  watching.tick(SECOND);
  assert.deepEqual(asked, []);
  watching.of('1', 1.5 * SECOND);
  watching.tick(2 * SECOND);
  rows.set('1', watchedRow({ retransmits: 9, state: 'CLOSE_WAIT', rttUs: 80, rxRate: 11, txRate: 0 }));
  watching.tick(3 * SECOND);
  const { timeUs, verdict, events, ...told } = watching.of('1', 3 * SECOND);
  assert.deepEqual(told, {
    seconds: 1,
    rttUs: [null, 80],
    congestionWindow: [40, 40],
    inFlightBytes: [57_920, 57_920],
    rxRate: [10, 11],
    txRate: [20, 0],
    retransmitted: [0, 2],
  });
  assert.deepEqual(events, [
    { kind: 'retransmitted', timeUs, segments: 2 },
    { kind: 'state', timeUs, state: 'CLOSE_WAIT' },
  ]);
  assert.equal(verdict?.seconds, 1);
});

test('the verdict is about the last ten seconds', () => {
  const { rows, watching } = watches();
  watching.of('1', 0);
  for (let second = 1; second <= 40; second++) {
    rows.set('1', watchedRow({ tcp: tcpFigures({ busyUs: second * 500_000, receiverLimitedUs: 0 }) }));
    watching.tick(second * SECOND);
  }
  const { seconds, verdict } = watching.of('1', 40 * SECOND);
  assert.deepEqual([seconds, verdict?.seconds, verdict?.busy], [39, 10, 0.5]);
});

test('looks, events and connections are bounded; a connection is left some minutes after', () => {
  const { rows, watching, asked } = watches();
  watching.of('1', 0);
  for (let at = 1; at <= 400; at++) {
    rows.set('1', watchedRow({ retransmits: at }));
    watching.tick((at * SECOND) / 10);
  }
  const told = watching.of('1', 40 * SECOND);
  assert.deepEqual([told.rttUs.length, told.events.length], [300, 200]);
  for (let key = 2; key <= 20; key++) watching.of(String(key), 40 * SECOND);
  asked.length = 0;
  watching.tick(41 * SECOND);
  assert.deepEqual(
    asked,
    Array.from({ length: 16 }, (_, at) => String(at + 5)),
  );
  watching.of('20', 300 * SECOND);
  asked.length = 0;
  watching.tick(341 * SECOND);
  assert.deepEqual(asked, ['20']);
});

test('of a connection that ended the looks stop', () => {
  const { rows, watching } = watches();
  watching.of('1', 0);
  const ending = {
    cause: 'closed',
    resetBy: null,
    reason: null,
    error: null,
    icmp: null,
    route: null,
    drop: null,
    secondsAgo: 0,
  } as const;
  rows.set('1', watchedRow());
  watching.tick(SECOND);
  rows.set('1', watchedRow({ ending, rxRate: 0, txRate: 0 }));
  for (const second of [2, 3, 4]) watching.tick(second * SECOND);
  assert.deepEqual(watching.of('1', 4 * SECOND).rxRate.length, 2);
  rows.delete('1');
  watching.tick(5 * SECOND);
  assert.deepEqual(watching.of('1', 5 * SECOND).rxRate.length, 2);
});
