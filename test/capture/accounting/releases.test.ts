import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endings } from '../../../src/capture/ledger/endings.ts';
import { FarEnds } from '../../../src/capture/ledger/far-ends.ts';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import { Releases } from '../../../src/capture/ledger/releases.ts';
import { newSocket } from '../../../src/capture/ledger/socket.ts';
import type { SocketSample } from '../../../src/capture/records/socket-sample.ts';
import { parseFilter } from '../../../src/filter/parser.ts';
import { Connections } from '../../../src/views/connections/connections.ts';
import { closing, noMemory } from '../../fixtures/lives.ts';
import { machineOf } from '../../fixtures/machine.ts';
import { curl, sample, usage, wordsOf } from '../../fixtures/samples.ts';

const NOW_NS = 9e9;
const ANY = wordsOf('0.0.0.0');

/** A UDP socket that closed before a sweep showed it, and what the kernel's map has of its far ends. */
function world(ends: Record<string, [rxBytes: number, txBytes: number]>) {
  const ledger = new Ledger(String);
  const endings = new Endings(() => null);
  const releases = new Releases(endings);
  const map = new Map(Object.entries(ends));
  const addressOf = (key: Buffer) => String(key).trim();
  const farEnds = new FarEnds(
    {
      forEach: (visit) => {
        for (const [address, [rx, tx]] of map)
          visit(Buffer.from(address.padEnd(32)), Buffer.alloc(0), rx, tx);
      },
      read: (key) => ({
        key: Buffer.from(key),
        cookie: 7,
        remote: wordsOf(addressOf(key)),
        remotePort: 53,
        openedNs: 8e9,
      }),
      take: ({ key }) => {
        const [rxBytes, txBytes] = map.get(addressOf(key)) ?? [0, 0];
        map.delete(addressOf(key));
        return { rxBytes, txBytes };
      },
    },
    ledger,
  );
  const close = (socket: Partial<SocketSample> = {}) =>
    releases.add(
      ledger.close(
        sample(7, {
          ...curl,
          protocol: 17,
          openedNs: 8e9,
          local: ANY,
          remote: ANY,
          remotePort: 0,
          ...socket,
        }),
      ),
      closing(),
    );
  /** A tick's end, with what the socket moved beside its far ends. */
  const settle = (rxBytes: number, txBytes: number) => {
    ledger.addUsage(usage(200, 8e9, 'curl'), rxBytes, txBytes);
    ledger.addDatagrams(ledger.talker(7) ?? assert.fail('it closed just now'), rxBytes, txBytes);
    farEnds.take(NOW_NS);
    releases.settle();
    ledger.end();
  };
  const connections = new Connections(ledger, endings, noMemory, machineOf());
  const lines = () =>
    connections.all(true).map((socket) => {
      const row = connections.row(socket, NOW_NS);
      assert.equal(connections.find(row.key), socket);
      return `${row.state} ${row.pid} ${row.remoteAddress}:${row.remotePort} rx ${row.rxBytes} (${row.rxRate}/s) tx ${row.txBytes}`;
    });
  ledger.begin(NOW_NS - 1e9); // the first look has no rates
  ledger.end();
  ledger.begin(NOW_NS);
  return { ledger, connections, map, close, settle, lines };
}

test('a UDP socket that closed before it was seen is a row of each far end, with their bytes', () => {
  const { close, settle, lines, map } = world({ '10.0.0.1': [100, 20], '10.0.0.2': [0, 5] });
  close();
  settle(0, 0);
  assert.deepEqual(lines(), [
    'CLOSE 200 10.0.0.1:53 rx 100 (0/s) tx 20',
    'CLOSE 200 10.0.0.2:53 rx 0 (0/s) tx 5',
  ]);
  assert.equal(map.size, 0);
});

test('and one of its own, for what it received without asking from whom, or where it moved nothing', () => {
  for (const [ends, received] of [
    [{ '10.0.0.1': [0, 20] as [number, number] }, 29],
    [{}, 0],
  ] as const) {
    const { close, settle, lines } = world(ends);
    close();
    settle(received, 0);
    assert.equal(lines()[0], `CLOSE 200 0.0.0.0:0 rx ${received} (0/s) tx 0`);
    assert.equal(lines().length, Object.keys(ends).length + 1);
  }
});

test('its process gets the bytes of its calls once, and is found by its far end', () => {
  const { close, settle, ledger, connections } = world({ '10.0.0.1': [0, 20] });
  close();
  settle(29, 0);
  const [process] = ledger.processes.values();
  assert.deepEqual([process?.rxBytes, process?.txBytes, ledger.processes.size], [29, 0, 1]);
  const owners = (filter: string) => [...connections.closedOwners(parseFilter(filter) ?? assert.fail())];
  assert.deepEqual([owners('host 10.0.0.1'), owners('host 10.0.0.2')], [[process], []]);
});

test('of too many between two ticks the oldest go, and are counted', () => {
  const added: number[] = [];
  const releases = new Releases({ add: ({ cookie }) => added.push(cookie) }, 2);
  for (const cookie of [1, 2, 3]) releases.add(newSocket(sample(cookie), false, NOW_NS), closing());
  releases.settle();
  assert.deepEqual([added, releases.evicted], [[2, 3], 1]);
});
