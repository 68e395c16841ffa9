import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endings } from '../../src/capture/ledger/endings.ts';
import { Ledger } from '../../src/capture/ledger/ledger.ts';
import { Connections } from '../../src/views/connections/connections.ts';
import { closing as closingOf, lifeSample, noMemory } from '../fixtures/lives.ts';
import { machineOf } from '../fixtures/machine.ts';
import { CLOSE, curl, sample } from '../fixtures/samples.ts';

const NOW_NS = 20e9;
const TIME_WAIT = 6;
const ESTABLISHED = 1;

/** Socket 1 is open; 2 closed and 3 too, of which the kernel keeps what is left; 4 is such a rest alone. */
function world(): Connections {
  const ledger = new Ledger(String);
  const endings = new Endings(() => null);
  ledger.begin(11e9);
  for (const cookie of [1, 2, 3]) ledger.see(sample(cookie, { ...curl, openedNs: 10e9 }));
  ledger.end();
  ledger.begin(19e9);
  for (const cookie of [2, 3]) {
    const last = sample(cookie, { ...curl, openedNs: 10e9, state: CLOSE, rxBytes: 50 });
    endings.add(ledger.close(last), closingOf({ closedNs: 12e9 }));
  }
  ledger.see(sample(1, { ...curl, openedNs: 10e9 }));
  for (const cookie of [3, 4]) ledger.see(sample(cookie, { mini: 1, state: TIME_WAIT }));
  ledger.end();
  const life = lifeSample([[ESTABLISHED, 10e9]]);
  return new Connections(
    ledger,
    endings,
    {
      ...noMemory,
      lives: { of: (cookie) => (cookie === 1 ? life : null) },
    },
    machineOf(),
  );
}

function told(connections: Connections, withClosed: boolean): unknown[] {
  return connections.all(withClosed).map((socket) => {
    const { key, state, life, ending, ageSeconds } = connections.row(socket, NOW_NS);
    return [key, state, life?.states.length, ending?.cause, ending?.secondsAgo, ageSeconds];
  });
}

test('open connections, closed ones, and what the kernel keeps of these: each is one row', () => {
  assert.deepEqual(told(world(), true), [
    ['1', 'ESTABLISHED', 1, undefined, undefined, 10],
    ['4', 'TIME_WAIT', undefined, undefined, undefined, null],
    ['2', 'CLOSE', undefined, 'closed', 8, 2],
    ['3', 'TIME_WAIT', undefined, 'closed', 8, 2],
  ]);
});

test('without the closed ones: what the kernel has', () => {
  const keys = told(world(), false).map((row) => (row as string[])[0]);
  assert.deepEqual(keys, ['1', '3', '4']);
});

test('a row is found by its key, open or closed', () => {
  const connections = world();
  assert.deepEqual(
    ['1', '2', '3', '4', '5', '2.0'].map((key) => connections.find(key)?.cookie),
    [1, 2, 3, 4, undefined, 2],
  );
});
