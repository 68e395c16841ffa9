import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import { Usages } from '../../../src/capture/ledger/usages.ts';
import type { SocketSample } from '../../../src/capture/records/socket-sample.ts';
import { lifeOf, type Usage } from '../../../src/capture/records/usage-record.ts';
import { CLOSE, curl, LISTEN, nginx, postgres, sample } from '../../fixtures/samples.ts';

/** In the kernel's memory; the next socket gets it too. */
const ADDRESS = 1;
const NOTHING = { rxBytes: 0, txBytes: 0, rxFarBytes: 0, txFarBytes: 0, receives: 0, sends: 0 };

/** A ledger, and the kernel's map of what calls moved. */
class World {
  readonly ledger = new Ledger(String);
  readonly entries = new Map<string, Usage>();
  private readonly given = new Usages(this, this.ledger);
  private second = 10;

  usages(visit: (usage: Usage) => void): void {
    for (const entry of this.entries.values()) visit({ ...entry });
  }

  takeUsage({ pid, life = 0 }: Usage): Usage | null {
    const last = this.entries.get(`${pid} ${life}`) ?? null;
    this.entries.delete(`${pid} ${life}`);
    return last;
  }

  /** What a process moved through a socket. */
  part(owner: typeof nginx, { cookie, openedNs }: SocketSample, moved: Partial<Usage>): void {
    const life = lifeOf(openedNs);
    this.entries.set(`${owner.pid} ${life}`, { ...NOTHING, ...owner, cookie, life, protocol: 6, ...moved });
  }

  /** A look one second after the one before: last records, then what is open. What each process received in all. */
  look(closed: SocketSample[] = [], open: SocketSample[] = []): string[] {
    const { ledger } = this;
    const nowNs = this.second++ * 1e9;
    ledger.begin(nowNs);
    for (const socket of closed) ledger.close(socket);
    for (const socket of open) ledger.see(socket);
    this.given.take(nowNs);
    const shown = new Set(open.map(({ cookie }) => cookie));
    for (const cookie of [...ledger.sockets.keys()]) if (!shown.has(cookie)) ledger.gone(cookie);
    ledger.end();
    return [...ledger.processes.values()].map(({ process, rxBytes }) => `${process} ${rxBytes}`).sort();
  }
}

const first = sample(ADDRESS, { ...nginx, openedNs: 10.5e9, rxBytes: 300, localPort: 80 });
const second = sample(ADDRESS, { ...curl, openedNs: 11.2e9, rxBytes: 900, localPort: 80 });
const third = sample(ADDRESS, { ...postgres, openedNs: 11.6e9, rxBytes: 5000, localPort: 80 });
const last = (socket: SocketSample): SocketSample => ({ ...socket, state: CLOSE });

test('a socket that several use closes, and the next one at its address is one process alone', () => {
  const world = new World();
  world.look();
  world.part(nginx, first, { rxBytes: 60, sends: 1 });
  world.part(curl, first, { receives: 1 });
  assert.deepEqual(world.look([], [{ ...first, rxBytes: 100 }]), ['curl 40', 'nginx 60']);
  assert.deepEqual(world.look([last(first)], [third]), ['curl 240', 'nginx 60', 'postgres 5000']);
  world.look([], [third]);
  world.look([], [third]);
  assert.deepEqual([...world.entries], [], 'the kernel has none of them any more');
});

test('three at one address between two looks, which several use: each has its own parts', () => {
  const world = new World();
  world.look();
  world.part(nginx, first, { rxBytes: 60 });
  world.part(curl, first, { receives: 1 });
  world.part(curl, second, { rxBytes: 200 });
  world.part(postgres, second, { receives: 1 });
  world.part(postgres, third, { rxBytes: 1000 });
  world.part(nginx, third, { receives: 1 });
  const moved = world.look([last(first), last(second)], [third]);
  assert.deepEqual(moved, [`curl ${240 + 200}`, `nginx ${60 + 4000}`, `postgres ${700 + 1000}`]);
});

test('a connection at the address of a socket that listened is no listener', () => {
  const world = new World();
  const listener = sample(ADDRESS, { ...nginx, openedNs: 9e9, state: LISTEN, localPort: 443, remotePort: 0 });
  world.look([], [listener]);
  assert.equal(world.ledger.listening.placeOf.size, 1);
  assert.deepEqual(world.look([], [third]), ['nginx 0', 'postgres 5000']);
  assert.equal(world.ledger.listening.placeOf.size, 0);
  assert.equal(world.ledger.find(ADDRESS)?.openedNs, third.openedNs);
});
