import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceLedger } from '../../../src/capture/ledger/service-ledger.ts';

const SECOND = 1e9;

/** A look at so many answers of each port, all of 1 ms and in one slot. */
function look(ledger: ServiceLedger, atNs: number, answers: Record<number, number>): void {
  ledger.tick(atNs, 0.5, (visit) => {
    for (const [port, count] of Object.entries(answers))
      visit(
        { pid: 7, port: Number(port) },
        { answers: count, totalNs: count * 1e6, cookie: 1, slots: [count] },
      );
  });
}

const totals = (ledger: ServiceLedger) =>
  Object.fromEntries(
    ledger
      .rows()
      .map(({ port, counted }) => [port, [counted.answers, counted.totalNs / 1e6, counted.slots[0]]]),
  );

test('rates are over the time between two looks', () => {
  const ledger = new ServiceLedger();
  ledger.restart(0);
  look(ledger, SECOND, { 80: 100 });
  look(ledger, 3 * SECOND, { 80: 150 });
  assert.deepEqual(
    ledger.rows().map(({ perSecond }) => perSecond),
    [25],
  );
});

test('a reset leaves what came after it, and is taken back', () => {
  const ledger = new ServiceLedger();
  ledger.restart(0);
  look(ledger, SECOND, { 80: 100, 443: 5 });
  ledger.resetTotals();
  assert.deepEqual(totals(ledger), {});
  assert.equal(ledger.get('7:80'), undefined);
  look(ledger, 2 * SECOND, { 80: 103, 443: 5 });
  assert.deepEqual(totals(ledger), { 80: [3, 3, 3] });
  ledger.restoreTotals();
  assert.deepEqual(totals(ledger), { 80: [103, 103, 103], 443: [5, 5, 5] });
});

test('those that have not answered for longest make room; one that comes again begins anew', () => {
  const ledger = new ServiceLedger();
  ledger.restart(0);
  look(ledger, SECOND, { 80: 1, 443: 1, 53: 1 });
  look(ledger, 2 * SECOND, { 80: 2, 443: 1, 53: 2 });
  ledger.resetTotals();
  assert.deepEqual(
    ledger.takeOldest(2).map(({ port }) => port),
    [443],
  );
  look(ledger, 3 * SECOND, { 80: 2, 53: 2, 443: 1 });
  assert.equal(ledger.get('7:443')?.counted.answers, 1);
});
