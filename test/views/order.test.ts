import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../src/capture/ledger/ledger.ts';
import { isConnection, type Socket } from '../../src/capture/ledger/socket.ts';
import { connections } from '../../src/panes/connections/columns.ts';
import { processes } from '../../src/panes/processes/columns.ts';
import { socketRanker } from '../../src/views/connections/socket-order.ts';
import { sortProcesses } from '../../src/views/processes/process-order.ts';
import { ledgerOf, smallWorld } from '../fixtures/ledger.ts';
import { LISTEN, sample, TIME_WAIT, wordsOf } from '../fixtures/samples.ts';

function names(ledger: Ledger, sort: string, descending: boolean): string {
  const sorted = sortProcesses([...ledger.processes.values()], sort, descending, String);
  return sorted.map(({ process }) => process).join(' ');
}

const sortSockets = (items: Socket[], sort: string, descending: boolean): Socket[] =>
  socketRanker(items)(sort, descending).window(0, items.length);

function cookies(ledger: Ledger, sort: string, descending: boolean): string {
  const sorted = sortSockets([...ledger.sockets.values()].filter(isConnection), sort, descending);
  return sorted.map(({ cookie }) => cookie).join('');
}

test('every sort that a pane offers puts rows in order, and turns them round', () => {
  const ledger = smallWorld();
  const orders = processes.sorts.map(({ id }) => [id, names(ledger, id, false), names(ledger, id, true)]);
  assert.deepEqual(orders, [
    ['rate', 'postgres nginx curl', 'curl nginx postgres'],
    ['rxRate', 'postgres nginx curl', 'curl nginx postgres'],
    ['txRate', 'curl postgres nginx', 'nginx curl postgres'],
    ['rxBytes', 'postgres nginx curl', 'curl nginx postgres'],
    ['txBytes', 'curl postgres nginx', 'nginx curl postgres'],
    ['wireRate', 'curl nginx postgres', 'curl nginx postgres'], // nothing was counted
    ['pid', 'nginx curl postgres', 'postgres curl nginx'],
    ['user', 'curl nginx postgres', 'curl nginx postgres'],
    ['process', 'curl nginx postgres', 'postgres nginx curl'],
    ['connections', 'curl postgres nginx', 'nginx curl postgres'],
  ]);
});

test('so for connections; equal ones keep the order of their birth', () => {
  const ledger = smallWorld();
  const orders = connections.sorts.map(({ id }) => [
    id,
    cookies(ledger, id, false),
    cookies(ledger, id, true),
  ]);
  assert.deepEqual(orders, [
    ['rate', '6324', '4236'],
    ['rxRate', '6324', '4236'],
    ['txRate', '3462', '2346'],
    ['rttUs', '3642', '2436'],
    ['retransmits', '2463', '3246'],
    ['ageSeconds', '2346', '2346'],
    ['congestionWindow', '3462', '2346'],
    ['sendQueue', '3462', '2346'],
    ['receiveQueue', '2346', '2346'],
    ['backlog', '2346', '2346'],
    ['local', '2346', '6423'],
    ['remote', '4236', '6324'],
    ['state', '2346', '2346'],
    ['process', '4236', '6234'],
  ]);
});

test('age sorts the oldest first; older than nettop is older than all', () => {
  const ledger = new Ledger(String);
  ledger.begin(10e9);
  ledger.see(sample(1, { openedNs: 9e9 }));
  ledger.see(sample(2));
  ledger.see(sample(3, { openedNs: 8e9 }));
  ledger.end();
  assert.equal(cookies(ledger, 'ageSeconds', true), '231');
});

test('addresses sort as numbers, then by port', () => {
  const from = (cookie: number, address: string, localPort: number) =>
    sample(cookie, { local: wordsOf(address), localPort });
  const ledger = ledgerOf(
    from(1, '10.0.0.10', 80),
    from(2, '10.0.0.9', 443),
    from(3, '10.0.0.9', 80),
    from(4, '::1', 80),
    from(5, '10.0.0.9', 8080),
  );
  assert.equal(cookies(ledger, 'local', false), '43251');
});

test('a sort that there is not is an error, not another order', () => {
  assert.throws(() => names(smallWorld(), 'colour', true), {
    name: 'RangeError',
    message: 'no such sort',
  });
});

test('equal rows: connections, datagram sockets, listeners by the fill of their backlog, what is closed', () => {
  const ledger = ledgerOf(
    sample(1, { state: LISTEN, remotePort: 0, receiveQueue: 1, sendQueue: 128 }),
    sample(2, { state: LISTEN, remotePort: 0, receiveQueue: 1, sendQueue: 5 }),
    sample(3, { state: TIME_WAIT, mini: 1 }),
    sample(4, { protocol: 17 }),
    sample(5),
  );
  const all = () => [...ledger.sockets.values(), ...ledger.minis.sockets.values()];
  assert.deepEqual(
    ['rate', 'backlog'].map((sort) =>
      sortSockets(all(), sort, true)
        .map(({ cookie }) => cookie)
        .join(''),
    ),
    ['54123', '21543'],
  );
});
