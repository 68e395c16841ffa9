import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import { newSocket } from '../../../src/capture/ledger/socket.ts';
import type { SocketSample } from '../../../src/capture/records/socket-sample.ts';
import { connectionRow } from '../../../src/views/connections/rows.ts';
import { CLOSE, curl, nginx, sample, TIME_WAIT } from '../../fixtures/samples.ts';

const NEW_SYN_RECV = 12;

/** What is shown of the small sockets after a tick. */
function tick(ledger: Ledger, atSeconds: number, closed: SocketSample[], seen: SocketSample[]): string[] {
  ledger.begin(atSeconds * 1e9);
  for (const socket of closed) ledger.close(socket);
  for (const socket of seen) ledger.see(socket);
  ledger.end();
  return [...ledger.minis.sockets.values()].map((socket) => {
    const row = connectionRow(socket, atSeconds * 1e9);
    return `#${row.key} ${row.state} ${row.process ?? '-'} rx ${row.rxBytes} tcp ${row.tcp}`;
  });
}

test('a connection that closed keeps its totals and its process in TIME_WAIT; an older one has none', () => {
  const ledger = new Ledger(String);
  const open = sample(1, { ...curl, openedNs: 10e9, rxBytes: 100 });
  const waits = [sample(1, { state: TIME_WAIT, mini: 1 }), sample(2, { state: TIME_WAIT, mini: 1 })];
  const kept = ['#1 TIME_WAIT curl rx 150 tcp null', '#2 TIME_WAIT - rx null tcp null'];
  assert.deepEqual(
    [
      tick(ledger, 10, [], [open]),
      tick(ledger, 11, [{ ...open, rxBytes: 150, state: CLOSE }], waits),
      tick(ledger, 12, [], waits),
      tick(ledger, 13, [], []),
    ],
    [[], kept, kept, []],
  );
  const [process] = ledger.processes.values();
  assert.deepEqual([process?.rxBytes, ledger.sockets.size], [150, 0]);
});

test('a request has the process that listens', () => {
  const ledger = new Ledger(String);
  const request = sample(1, { ...nginx, state: NEW_SYN_RECV, mini: 1 });
  assert.deepEqual(tick(ledger, 10, [], [request]), ['#1 SYN_RECV nginx rx 0 tcp null']);
  const [process] = ledger.processes.values();
  assert.equal(process?.sockets.size, 0);
});

test('what closed in an earlier tick has its totals too, if it was the same connection', () => {
  const closed = newSocket(sample(1, { rxBytes: 70 }), true, 0);
  const ledger = new Ledger(String, () => closed);
  const waits = { state: TIME_WAIT, mini: 1 };
  assert.deepEqual(tick(ledger, 10, [], [sample(1, waits), sample(2, { ...waits, localPort: 9 })]), [
    '#1 TIME_WAIT - rx 70 tcp null',
    '#2 TIME_WAIT - rx null tcp null',
  ]);
});

test('a request is a row until its connection is one, with the same key', () => {
  const ledger = new Ledger(String);
  const request = sample(1, { state: NEW_SYN_RECV, mini: 1, retransmits: 2 });
  assert.deepEqual(
    [
      tick(ledger, 10, [], [request]),
      tick(ledger, 11, [], [request, sample(1)]),
      tick(ledger, 12, [], [request]),
    ],
    [['#1 SYN_RECV - rx 0 tcp null'], [], []],
  );
});

test('what is more than there is room for is counted', () => {
  const ledger = new Ledger(String);
  const many = Array.from({ length: 65_540 }, (_, at) => sample(at + 1, { state: TIME_WAIT, mini: 1 }));
  assert.deepEqual([tick(ledger, 10, [], many).length, ledger.minis.left], [65_536, 4]);
  assert.deepEqual([tick(ledger, 11, [], []).length, ledger.minis.left], [0, 0]);
});
