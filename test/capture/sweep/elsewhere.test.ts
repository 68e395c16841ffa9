import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import type { SocketSample } from '../../../src/capture/records/socket-sample.ts';
import { Elsewhere, type Guest, type Visit } from '../../../src/capture/sweep/elsewhere.ts';
import { complete } from '../../../src/machine/work.ts';
import { curl, LISTEN, nginx, sample, TIME_WAIT } from '../../fixtures/samples.ts';

const FIN_WAIT1 = 4;
const NEW_SYN_RECV = 12;
const A = 101;
const B = 102;

/** What the kernel counts of them. */
function countersOf(path: string, sockets: SocketSample[]): string {
  const minis = sockets.filter(({ mini }) => mini).length;
  const bytes = sockets.reduce((sum, { rxBytes, txBytes }) => sum + rxBytes + txBytes, 0);
  if (path.endsWith('snmp')) return `Tcp: 1 ${bytes}\n`;
  return path.endsWith('6') ? '' : `TCP: inuse ${sockets.length - minis} orphan 0 tw ${minis} alloc 1\n`;
}

/** Namespaces and what is in them; a visit takes 15 ms. */
class World implements Guest {
  readonly ledger = new Ledger(String);
  readonly sockets = new Map<number, SocketSample[]>();
  visits: number[] = [];
  readonly closedTo = new Set<number>();
  private nowNs = 0;
  private filesNs = 0;
  private files = new Set<number>();
  private readonly elsewhere = new Elsewhere(this, this.ledger, this.ledger.sockets, () => this.nowNs);

  find(): ReadonlyMap<number, string> {
    return new Map([...this.sockets.keys()].map((netns) => [netns, `/proc/${netns}/ns/net`]));
  }

  *visit(
    netns: number,
    _file: string,
    isStill: (read: (path: string) => string | null) => boolean,
    see: (socket: SocketSample) => void,
  ): Generator<void, Visit> {
    if (this.closedTo.has(netns)) return 'not entered';
    const there = this.sockets.get(netns) ?? [];
    if (isStill((path) => countersOf(path, there))) return 'still';
    this.nowNs += 15e6;
    this.visits.push(netns);
    for (const socket of there) see({ ...socket, netns });
    yield;
    return 'gone through';
  }

  within<T>(netns: number, _file: string, act: () => T): T | null {
    return this.closedTo.has(netns) ? null : act();
  }

  /** With what the sweep of files shows; returns the visits, and the rows afterwards. */
  tick(atSeconds: number, files: SocketSample[] = [], last = false): string {
    this.nowNs = atSeconds * 1e9;
    const { ledger, elsewhere } = this;
    this.visits = [];
    ledger.begin(this.nowNs);
    for (const socket of files) ledger.see(socket);
    const before = this.files;
    this.files = new Set(files.map(({ cookie }) => cookie));
    elsewhere.update();
    complete(elsewhere.tick(atSeconds * 1e9, this.filesNs, last));
    for (const cookie of before) if (!this.files.has(cookie)) elsewhere.miss(cookie, this.filesNs);
    elsewhere.settle((cookie) => this.files.has(cookie));
    ledger.end(elsewhere.standing);
    this.filesNs = atSeconds * 1e9;
    const rows = [...ledger.sockets.values(), ...ledger.minis.sockets.values()];
    const told = rows.map(
      ({ cookie, state, process, txBytes, txRate }) =>
        `#${cookie} ${state} ${process || '-'} ${txBytes} (${Math.round(txRate)}/s)`,
    );
    return [`visits ${this.visits}:`, ...told].join(' ');
  }
}

test('namespaces take turns; what was there stands until the next visit, and goes with its namespace', () => {
  const world = new World();
  const waits = { state: TIME_WAIT, mini: 1 };
  world.sockets
    .set(A, [sample(1, waits)])
    .set(B, [sample(2, waits)])
    .set(103, [sample(3, waits)]);
  const first = world.tick(10);
  world.sockets.set(A, []).set(B, []);
  const told = [first, world.tick(11), world.tick(12)];
  world.sockets.delete(103);
  assert.deepEqual(
    [...told, world.tick(13)],
    [
      'visits 101,102: #1 6 - 0 (0/s) #2 6 - 0 (0/s)',
      'visits : #1 6 - 0 (0/s) #2 6 - 0 (0/s)', // a fiftieth of the time
      'visits 103,101: #3 6 - 0 (0/s) #2 6 - 0 (0/s)',
      'visits : #2 6 - 0 (0/s)',
    ],
  );
});

test('a socket that lost its file stands until its namespace was visited; it keeps its process', () => {
  const world = new World();
  world.sockets.set(A, []).set(B, []);
  const open = sample(1, { ...curl, netns: A, openedNs: 9e9, txBytes: 100 });
  const told = [world.tick(10, [open]), world.tick(11)];
  // what it sent since it was shown for the last time, 3 s ago
  world.sockets.set(A, [{ ...open, pid: 0, startNs: 0, state: FIN_WAIT1, txBytes: 400 }]);
  told.push(world.tick(13), world.tick(14));
  world.sockets.set(A, []);
  told.push(world.tick(16), world.tick(17));
  assert.deepEqual(told, [
    'visits : #1 1 curl 100 (0/s)',
    'visits : #1 1 curl 100 (0/s)',
    'visits 101,102: #1 4 curl 400 (100/s)',
    'visits : #1 4 curl 400 (100/s)',
    'visits 101,102:',
    'visits :',
  ]);
  const [process] = world.ledger.processes.values();
  assert.equal(process?.txBytes, 400);
});

test('a connection that was accepted since the visit before is not given up', () => {
  const world = new World();
  const waiting = sample(1, { ...nginx, netns: A, openedNs: 9e9 });
  world.sockets.set(A, [waiting]);
  const told = [world.tick(10)];
  world.sockets.set(A, []);
  told.push(world.tick(11, [waiting]), world.tick(12, [waiting]));
  const row = '#1 1 nginx 0 (0/s)';
  assert.deepEqual(told, [`visits 101: ${row}`, `visits 101: ${row}`, `visits : ${row}`]);
});

test('where nothing can have moved half a minute passes until the next visit, unless a socket is to be decided upon', () => {
  const world = new World();
  const listens = sample(2, { state: LISTEN });
  world.sockets.set(A, [listens]);
  const open = sample(1, { ...curl, netns: A, openedNs: 9e9 });
  const tick = (at: number, ...files: SocketSample[]) => world.tick(at, files).split(' #')[0];
  const told = [10, 11, 12, 40, 41, 42].map((at) => tick(at, open));
  tick(43);
  assert.equal(tick(44), 'visits 101:');
  const still = 'visits :';
  assert.deepEqual(told, ['visits 101:', 'visits 101:', still, still, 'visits 101:', still]);
});

test('nothing stands where one may not go; the last tick goes everywhere', () => {
  const world = new World();
  const request = sample(1, { ...nginx, state: NEW_SYN_RECV, mini: 1 });
  for (const netns of [A, B, 103]) world.sockets.set(netns, netns === A ? [request] : []);
  const told = [world.tick(10), world.tick(11, [], true)];
  world.closedTo.add(A);
  told.push(world.tick(14));
  const row = '#1 12 nginx 0 (0/s)';
  assert.deepEqual(told, [`visits 101: ${row}`, `visits 101,102,103: ${row}`, 'visits :']);
});
