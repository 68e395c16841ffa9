import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESET } from '../../../src/abi/life.ts';
import { Endings } from '../../../src/capture/ledger/endings.ts';
import { newSocket, type Socket } from '../../../src/capture/ledger/socket.ts';
import type { Closing } from '../../../src/capture/records/life-record.ts';
import { closing } from '../../fixtures/lives.ts';
import { curl, sample } from '../../fixtures/samples.ts';

const REASONS = (reason: number) => (reason === 14 ? 'TCP_STATE' : null);

function filled(limit: number, ends: [cookie: number, closing?: Partial<Closing>][]): Endings {
  const endings = new Endings(REASONS, limit);
  for (const [cookie, told] of ends) endings.add(socketOf(cookie), closing(told));
  return endings;
}

function socketOf(cookie: number): Socket {
  return newSocket(sample(cookie, curl), false, 1e9);
}

const cookies = (endings: Endings): number[] => [...endings.all()].map(({ cookie }) => cookie);

test('what closed is kept for a minute', () => {
  const endings = filled(10, [
    [1, { closedNs: 5e9 }],
    [2, { closedNs: 40e9 }],
  ]);
  endings.expire(65e9 - 1);
  const before = cookies(endings);
  endings.expire(65e9);
  assert.deepEqual([before, cookies(endings), endings.evicted], [[1, 2], [2], 0]);
});

test('when there are too many the oldest goes, and is counted', () => {
  const endings = filled(2, [[1], [2], [3], [4]]);
  assert.deepEqual([cookies(endings), endings.evicted], [[3, 4], 2]);
  assert.equal(endings.find('1'), undefined);
});

test('a socket that connects again: the newest ending has the key, unless it is open', () => {
  const endings = filled(10, [[7], [8], [7]]);
  const [first, other, last] = endings.all();
  const keys = [first, other, last].map((socket) => endings.keyOf(socket ?? assert.fail(), false));
  assert.deepEqual(keys, ['7.0', '8', '7']);
  assert.equal(endings.keyOf(last ?? assert.fail(), true), '7.2');
  assert.deepEqual([endings.find('7'), endings.find('7.0'), endings.find('9')], [last, first, undefined]);
});

test('a reset that is sent after the end becomes its cause', () => {
  const endings = filled(10, [[1], [2], [3, { error: 110 }]]);
  for (const cookie of [2, 3, 4]) endings.reset(cookie, 14);
  assert.deepEqual(
    [...endings.all()].map(({ closed }) => closed?.told),
    [
      { cause: 'closed', resetBy: null, reason: null, error: null, icmp: null, route: null },
      { cause: 'reset', resetBy: 'this end', reason: 'TCP_STATE', error: null, icmp: null, route: null },
      {
        cause: 'timed out',
        resetBy: 'this end',
        reason: 'TCP_STATE',
        error: 'ETIMEDOUT',
        icmp: null,
        route: null,
      },
    ],
  );
});

test('a closed connection has no rates', () => {
  const endings = new Endings(REASONS);
  const socket = { ...socketOf(1), rxRate: 5, txRate: 6 };
  endings.add(socket, closing({ reset: RESET.received, error: 104 }));
  assert.deepEqual([socket.rxRate, socket.txRate, socket.closed?.told.resetBy], [0, 0, 'far end']);
});

test('names of reasons are asked for where there is one', () => {
  let asked = 0;
  const reasons = (reason: number) => {
    asked++;
    return REASONS(reason);
  };
  const endings = new Endings(reasons);
  for (const error of [0, 104, 110, 111]) endings.add(socketOf(error), closing({ error }));
  assert.equal(asked, 0);
  endings.add(socketOf(1), closing({ reset: RESET.received, reason: 14 }));
  assert.deepEqual([asked, endings.find('1')?.closed?.told.reason], [1, 'TCP_STATE']);
});
