import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endings } from '../../../src/capture/ledger/endings.ts';
import { FarEnds } from '../../../src/capture/ledger/far-ends.ts';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import type { FarEnd } from '../../../src/capture/records/far-end.ts';
import { Connections } from '../../../src/views/connections/connections.ts';
import { noMemory } from '../../fixtures/lives.ts';
import { machineOf } from '../../fixtures/machine.ts';
import { curl, nginx, sample, wordsOf } from '../../fixtures/samples.ts';

const PORT = 53;
const COOKIE = 7;

const keyOf = (address: string): Buffer => Buffer.from(address.padEnd(32));
const addressOf = (key: Buffer): string => String(key).trim();

/** A DNS server's socket, and the kernel's map of who it talks to: by address, what it moved. */
class World {
  readonly entries = new Map<string, [rxBytes: number, txBytes: number]>();
  readonly ledger = new Ledger(String);
  readonly connections = new Connections(this.ledger, new Endings(() => null), noMemory, machineOf());
  private readonly ends = new FarEnds(this, this.ledger);

  forEach(visit: (key: Buffer, value: Buffer, rxBytes: number, txBytes: number) => void): void {
    const value = Buffer.alloc(0);
    for (const [address, [rxBytes, txBytes]] of this.entries) visit(keyOf(address), value, rxBytes, txBytes);
  }

  read(key: Buffer): FarEnd {
    return {
      key: Buffer.from(key),
      cookie: COOKIE,
      remote: wordsOf(addressOf(key)),
      remotePort: 4000,
      openedNs: 9e9,
    };
  }

  take({ key }: FarEnd): { rxBytes: number; txBytes: number } | null {
    const [rxBytes, txBytes] = this.entries.get(addressOf(key)) ?? [0, 0];
    this.entries.delete(addressOf(key));
    return { rxBytes, txBytes };
  }

  /** A tick in which the sweep shows the socket, or does not. */
  tick(atSeconds: number, shown = true, owner = nginx): string[] {
    const { ledger } = this;
    const ends = { local: wordsOf('0.0.0.0'), localPort: PORT, remote: wordsOf('0.0.0.0'), remotePort: 0 };
    ledger.begin(atSeconds * 1e9);
    if (shown) ledger.see(sample(COOKIE, { ...owner, ...ends, protocol: 17, openedNs: 8e9 }));
    this.ends.take(atSeconds * 1e9);
    if (!shown) ledger.gone(COOKIE);
    ledger.end();
    return this.lines(atSeconds);
  }

  private lines(atSeconds: number): string[] {
    const { connections } = this;
    return connections.all(false).map((socket) => {
      const row = connections.row(socket, atSeconds * 1e9);
      assert.equal(connections.find(row.key), socket);
      const end = row.remotePort === 0 ? '*' : `${row.remoteAddress}:${row.remotePort}`;
      return `${row.key} ${row.process} ${end} rx ${row.rxBytes} (${row.rxRate}/s) tx ${row.txBytes}`;
    });
  }
}

test('each far end is a row beside the socket’s own, with its own bytes and rates', () => {
  const world = new World();
  world.entries.set('10.0.0.1', [100, 20]);
  assert.deepEqual(world.tick(10), [
    '7 nginx * rx 0 (null/s) tx 0', // nothing is known of the time before
    '7/1 nginx 10.0.0.1:4000 rx 100 (null/s) tx 20',
  ]);
  world.entries.set('10.0.0.1', [300, 20]).set('2001:db8::9', [0, 5]);
  assert.deepEqual(world.tick(12), [
    '7 nginx * rx 0 (0/s) tx 0',
    '7/1 nginx 10.0.0.1:4000 rx 300 (100/s) tx 20',
    '7/2 nginx 2001:db8::9:4000 rx 0 (0/s) tx 5',
  ]);
  assert.deepEqual(world.tick(13), [
    '7 nginx * rx 0 (0/s) tx 0',
    '7/1 nginx 10.0.0.1:4000 rx 300 (0/s) tx 20',
    '7/2 nginx 2001:db8::9:4000 rx 0 (0/s) tx 5',
  ]);
});

test('a far end that nothing moves to or from is forgotten after a minute; its bytes stay with the socket', () => {
  const world = new World();
  world.entries.set('10.0.0.1', [100, 20]).set('10.0.0.2', [1, 2]);
  world.tick(10);
  world.entries.set('10.0.0.2', [3, 4]);
  world.tick(50);
  assert.deepEqual(world.tick(70), [
    '7 nginx * rx 100 (0/s) tx 20',
    '7/2 nginx 10.0.0.2:4000 rx 3 (0/s) tx 4',
  ]);
  assert.deepEqual([...world.entries.keys()], ['10.0.0.2']);
  world.entries.set('10.0.0.1', [7, 0]);
  assert.deepEqual(world.tick(71), [
    '7 nginx * rx 100 (0/s) tx 20',
    '7/2 nginx 10.0.0.2:4000 rx 3 (0/s) tx 4',
    '7/3 nginx 10.0.0.1:4000 rx 7 (7/s) tx 0',
  ]);
});

test('far ends have their socket’s process, and go with the socket', () => {
  const world = new World();
  world.entries.set('10.0.0.1', [100, 20]);
  world.tick(10);
  assert.deepEqual(world.tick(11, true, curl), [
    '7 curl * rx 0 (0/s) tx 0',
    '7/1 curl 10.0.0.1:4000 rx 100 (0/s) tx 20',
  ]);
  assert.deepEqual(world.tick(12, false), []);
  assert.deepEqual(
    [...world.ledger.processes.values()].map(({ sockets }) => sockets.size),
    [0, 0],
  );
  world.tick(13, false);
  assert.equal(world.entries.size, 0);
});

test('an entry waits for a sweep to show its socket, but not for ever', () => {
  const world = new World();
  world.entries.set('10.0.0.1', [100, 20]);
  assert.deepEqual(world.tick(10, false), []);
  assert.deepEqual(world.tick(11), [
    '7 nginx * rx 0 (0/s) tx 0',
    '7/1 nginx 10.0.0.1:4000 rx 100 (100/s) tx 20',
  ]);
  const nowhere = new World();
  nowhere.entries.set('10.0.0.1', [100, 20]);
  for (const second of [10, 11, 12]) nowhere.tick(second, false);
  assert.equal(nowhere.entries.size, 0);
});
