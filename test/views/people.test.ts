import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Ledger } from '../../src/capture/ledger/ledger.ts';
import type { KernelPerson } from '../../src/capture/records/kernel-person.ts';
import { People } from '../../src/views/processes/people.ts';
import { ledgerOf } from '../fixtures/ledger.ts';
import { machineWith } from '../fixtures/machine.ts';
import { type FakeProcess, folderOf, noKernel, procOf } from '../fixtures/proc.ts';
import { curl, nginx, sample, usage } from '../fixtures/samples.ts';

type Rename = [pid: number, startNs: number, comm: string];

interface World {
  ledger: Ledger;
  people: People;
  /** Names that the kernel tells at the next tick. */
  renames: Rename[];
  clock: { nowNs: number };
}

function worldOf(t: TestContext, processes: FakeProcess[], person: KernelPerson | null = null): World {
  const ledger = ledgerOf(sample(1, nginx), sample(2, curl));
  const renames: Rename[] = [];
  const clock = { nowNs: 0 };
  const nowNs = () => clock.nowNs;
  const drainRenames = (visit: (...rename: Rename) => void) => {
    for (const rename of renames.splice(0)) visit(...rename);
    return true;
  };
  const kernel = { get: () => person, drainRenames };
  const root = folderOf(t, procOf(processes));
  return {
    ledger,
    people: new People({ ledger, kernel, machine: machineWith(root, { nowNs }) }),
    renames,
    clock,
  };
}

const told = ({ ledger }: World) =>
  [...ledger.processes.values()].map(({ process, uid, about }) => [
    process,
    uid,
    about?.command,
    about?.read,
  ]);

const NGINX: FakeProcess = { pid: 100, name: 'nginx', parentPid: 1, startSeconds: 7, command: 'nginx -g x' };

test('a tick reads about new processes; one that is gone is known by what the kernel kept', (t) => {
  const person = { parentPid: 60, comm: 'wget', command: 'wget\0a\0', cgroup: '/system.slice/x.service' };
  const world = worldOf(t, [{ ...NGINX, uid: 33 }], person);
  world.people.tick();
  assert.deepEqual(told(world), [
    ['nginx', 33, 'nginx -g x', true],
    ['wget', 0, 'wget a', true],
  ]);
  assert.equal([...world.ledger.processes.values()][1]?.about?.unit, 'x.service');
});

test('a command line that the kernel cut ends with …; the root of cgroup v2 says nothing', (t) => {
  const person = { parentPid: 60, comm: 'wget', command: 'wget\0http://exam', cgroup: '/' };
  const world = worldOf(t, [NGINX], person);
  world.people.tick();
  assert.deepEqual(told(world)[1], ['wget', 0, 'wget http://exam…', false]);
});

test('another name is taken over by what belongs to the process', (t) => {
  const world = worldOf(t, [NGINX]);
  world.people.tick();
  world.renames.push([200, 8e9, 'lynx'], [999, 1, 'nobody']);
  world.people.tick();
  const names = [...world.ledger.sockets.values()].map(({ process }) => process);
  assert.deepEqual(
    [told(world).map(([name]) => name), names, world.ledger.people.names.get(200)],
    [['nginx', 'lynx'], ['nginx', 'lynx'], 'lynx'],
  );
});

test('a process is read again when it has settled, and stays known when it is gone then', (t) => {
  const world = worldOf(t, [NGINX]);
  world.people.tick();
  world.clock.nowNs = 6e9;
  world.people.tick();
  assert.deepEqual(told(world), [
    ['nginx', 0, 'nginx -g x', true],
    ['curl', 0, null, false],
  ]);
});

test('a zombie is gone: its command line is', (t) => {
  const world = worldOf(t, [{ ...NGINX, state: 'Z', command: '' }]);
  world.people.tick();
  assert.deepEqual(told(world)[0], ['nginx', 0, null, false]);
});

test('when names may have been lost, all processes are read again', (t) => {
  const ledger = ledgerOf(sample(1, nginx));
  const machine = machineWith(folderOf(t, procOf([{ ...NGINX, name: 'other' }])));
  const people = new People({ ledger, kernel: noKernel, machine });
  ledger.people.fresh.length = 0;
  people.tick();
  const before = [...ledger.processes.values()][0]?.process;
  const losing = { ...noKernel, drainRenames: () => false };
  new People({ ledger, kernel: losing, machine }).tick();
  assert.deepEqual([before, [...ledger.processes.values()][0]?.process], ['nginx', 'other']);
});

test('where very many processes begin, those that were forgotten are not read, and no more than 10,000 settle', (t) => {
  const world = worldOf(t, [NGINX]);
  const { ledger, people } = world;
  for (let round = 0; round < 4; round++) {
    ledger.begin((20 + round) * 1e9);
    for (let pid = 0; pid < 4500; pid++) ledger.addUsage(usage(1e6 + round * 4500 + pid, 1, 'p'), 1, 0);
    ledger.end();
    people.tick();
  }
  assert.deepEqual([ledger.people.fresh.length, ledger.processes.size], [0, 10_000]);
  // of those that had to make room, all that the table still had: the others are nobody's to read
  assert.deepEqual(people.warnings(), [
    '1998 processes were read only as they began: they may have another user or cgroup since',
  ]);
});
