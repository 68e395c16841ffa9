import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Endings } from '../../src/capture/ledger/endings.ts';
import { Ledger } from '../../src/capture/ledger/ledger.ts';
import type { SocketSample } from '../../src/capture/records/socket-sample.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { ContainerFiles } from '../../src/machine/container-files.ts';
import type { Container, Grouping } from '../../src/model/model.ts';
import type { ViewQuestion } from '../../src/model/panes.ts';
import { Connections } from '../../src/views/connections/connections.ts';
import { People } from '../../src/views/processes/people.ts';
import { ProcessViews } from '../../src/views/processes/process-views.ts';
import { smallWorld } from '../fixtures/ledger.ts';
import { noMemory } from '../fixtures/lives.ts';
import { machineOf, machineWith } from '../fixtures/machine.ts';
import { type FakeProcess, folderOf, noKernel, procOf } from '../fixtures/proc.ts';
import { curl, nginx, sample } from '../fixtures/samples.ts';

const ID = '0123456789abcdef'.repeat(4);
const NOW_NS = 12e9;
const CONFIG = {
  Name: '/web',
  Config: { Image: 'nginx:1' },
  Image: 'sha256:aa',
};
const FILES = {
  [`var/lib/docker/containers/${ID}/config.v2.json`]: JSON.stringify(CONFIG),
};
const SCOPE = `0::/system.slice/docker-${ID}.scope`;

/** sshd → bash → curl and rsync; nginx's master and worker in a container. */
const PROCESSES: FakeProcess[] = [
  { pid: 1, name: 'systemd', parentPid: 0, startSeconds: 0 },
  { pid: 50, name: 'sshd', parentPid: 1, startSeconds: 1 },
  {
    pid: 60,
    name: 'bash',
    parentPid: 50,
    uid: 4242,
    startSeconds: 2,
    cgroup: '0::/user.slice/session-1.scope',
  },
  {
    pid: 100,
    name: 'nginx',
    parentPid: 1,
    startSeconds: 7,
    cgroup: SCOPE,
    command: 'nginx -g x',
  },
  { pid: 101, name: 'nginx', parentPid: 100, uid: 33, startSeconds: 8, cgroup: SCOPE },
  {
    pid: 200,
    name: 'curl',
    parentPid: 60,
    uid: 4242,
    startSeconds: 8,
    cgroup: '0::/user.slice/session-1.scope',
    command: 'curl x',
  },
  {
    pid: 201,
    name: 'rsync',
    parentPid: 60,
    uid: 4242,
    startSeconds: 9,
    cgroup: '0::/user.slice/session-1.scope',
  },
];

const worker = { pid: 101, startNs: 8e9, uid: 33, comm: 'nginx' };
const rsync = { pid: 201, startNs: 9e9, uid: 4242, comm: 'rsync' };
const gone = { pid: 300, startNs: 9e9, uid: 4242, comm: 'dig' };

function world(): Ledger {
  const ledger = new Ledger(String);
  ledger.begin(10e9);
  ledger.end();
  ledger.begin(11e9);
  const see = (cookie: number, one: Partial<SocketSample>) =>
    ledger.see(sample(cookie, { ...one, openedNs: 10.5e9 }));
  see(1, { ...nginx, rxBytes: 100, txBytes: 10 });
  see(2, { ...worker, rxBytes: 5000, txBytes: 2000 });
  see(3, { ...worker, rxBytes: 1000, txBytes: 0 });
  see(4, { ...curl, uid: 4242, rxBytes: 300, txBytes: 30 });
  see(5, { ...rsync, rxBytes: 7, txBytes: 700 });
  ledger.addUsage({ ...gone, protocol: 17 }, 40, 4);
  ledger.end();
  return ledger;
}

const endings = new Endings(() => null);

function viewsOf(t: TestContext, ledger = world(), processes = PROCESSES): ProcessViews {
  const nowNs = () => NOW_NS;
  const containers = new ContainerFiles(nowNs, folderOf(t, FILES));
  const userName = (uid: number) => ({ 0: 'root', 33: 'www-data' })[uid] ?? String(uid);
  const container = (one: Container) => containers.name(one);
  const machine = machineWith(folderOf(t, procOf(processes)), { nowNs, container, userName });
  return new ProcessViews(
    ledger,
    new People({ ledger, kernel: noKernel, machine }),
    new Connections(ledger, endings, noMemory, machineOf()),
  );
}

function question(group: Grouping, overrides: Partial<ViewQuestion> = {}): ViewQuestion {
  return {
    sort: 'rate',
    descending: true,
    rows: 20,
    cursor: null,
    group,
    ...overrides,
  };
}

/** Each row as a line: name, processes, connections, totals. */
function lines(
  views: ProcessViews,
  group: Grouping,
  filter = '',
  overrides: Partial<ViewQuestion> = {},
): string[] {
  const { rows } = views.view(parseFilter(filter), question(group, overrides));
  return rows.map((row) => {
    const { depth = 0, processes = 1 } = row.group ?? {};
    return `${'  '.repeat(depth)}${row.process} x${processes} conn ${row.connections} rx ${row.rxBytes} tx ${row.txBytes}`;
  });
}

test('one row for each process', (t) => {
  assert.deepEqual(lines(viewsOf(t), 'process'), [
    'nginx x1 conn 2 rx 6000 tx 2000',
    'rsync x1 conn 1 rx 7 tx 700',
    'curl x1 conn 1 rx 300 tx 30',
    'nginx x1 conn 1 rx 100 tx 10',
    'dig x1 conn 0 rx 40 tx 4',
  ]);
});

test('by container, unit, user and name: a row is the sum of its processes', (t) => {
  const views = viewsOf(t);
  assert.deepEqual(lines(views, 'container'), [
    'web (nginx:1) x2 conn 3 rx 6100 tx 2010',
    'not in a container x2 conn 2 rx 307 tx 730',
    'ended before it was known x1 conn 0 rx 40 tx 4',
  ]);
  assert.deepEqual(lines(views, 'unit'), [
    `docker-${ID}.scope x2 conn 3 rx 6100 tx 2010`,
    'session-1.scope x2 conn 2 rx 307 tx 730',
    'ended before it was known x1 conn 0 rx 40 tx 4',
  ]);
  assert.deepEqual(lines(views, 'name'), [
    'nginx x2 conn 3 rx 6100 tx 2010',
    'rsync x1 conn 1 rx 7 tx 700',
    'curl x1 conn 1 rx 300 tx 30',
    'dig x1 conn 0 rx 40 tx 4',
  ]);
  assert.deepEqual(lines(views, 'user', '', { sort: 'processes' }), [
    '4242 x3 conn 2 rx 347 tx 734',
    'www-data x1 conn 2 rx 6000 tx 2000',
    'root x1 conn 1 rx 100 tx 10',
  ]);
});

test('by parent: a row is the sum of a process and all below it; ancestors come from /proc', (t) => {
  assert.deepEqual(lines(viewsOf(t), 'tree'), [
    'nginx x2 conn 3 rx 6100 tx 2010',
    '  nginx x1 conn 2 rx 6000 tx 2000',
    'sshd x2 conn 2 rx 307 tx 730',
    '  bash x2 conn 2 rx 307 tx 730',
    '    rsync x1 conn 1 rx 7 tx 700',
    '    curl x1 conn 1 rx 300 tx 30',
    'dig x1 conn 0 rx 40 tx 4',
  ]);
});

test('a filter keeps the processes that match, and groups sum up those alone', (t) => {
  const views = viewsOf(t);
  views.invalidate();
  assert.deepEqual(lines(views, 'container', 'process curl'), ['not in a container x1 conn 1 rx 300 tx 30']);
  views.invalidate();
  assert.deepEqual(lines(views, 'tree', 'pid 201'), [
    'sshd x1 conn 1 rx 7 tx 700',
    '  bash x1 conn 1 rx 7 tx 700',
    '    rsync x1 conn 1 rx 7 tx 700',
  ]);
});

test('a number that was given again does not make a parent of the process that has it now', (t) => {
  const reused = PROCESSES.map((one) => (one.pid === 60 ? { ...one, startSeconds: 30 } : one));
  assert.deepEqual(lines(viewsOf(t, world(), reused), 'tree', 'process curl'), [
    'curl x1 conn 1 rx 300 tx 30',
  ]);
});

test('a process that was read stays known when it has ended; one of its number is not it', (t) => {
  const ledger = world();
  const known = viewsOf(t, ledger);
  known.view(null, question('unit'));
  const later = viewsOf(t, ledger, []);
  assert.equal(lines(later, 'container')[0], 'web (nginx:1) x2 conn 3 rx 6100 tx 2010');
  const other = PROCESSES.map((one) => ({ ...one, startSeconds: 20 }));
  assert.deepEqual(lines(viewsOf(t, world(), other), 'unit'), [
    'ended before it was known x5 conn 5 rx 6447 tx 2744',
  ]);
});

test('everything about a process', (t) => {
  const inspection = viewsOf(t).inspect(null, '100:7000000000', NOW_NS) ?? assert.fail();
  const { row, connections, processes, ...rest } = inspection;
  assert.deepEqual(row.about, {
    parentPid: 1,
    command: 'nginx -g x',
    cgroup: `/system.slice/docker-${ID}.scope`,
    unit: `docker-${ID}.scope`,
    container: {
      runtime: 'docker',
      id: ID,
      name: 'web',
      image: 'nginx:1',
      imageId: 'sha256:aa',
    },
    read: true,
  });
  assert.deepEqual(rest, {
    parent: { pid: 1, process: 'systemd' },
    allConnections: 1,
    allProcesses: 1,
    protocols: [{ protocol: 'tcp', rxBytes: 100, txBytes: 10 }],
    seconds: { rxBytes: [100, 0], txBytes: [10, 0] },
  });
  assert.deepEqual([connections.map(({ key }) => key), processes.map(({ pid }) => pid)], [['1'], [101]]);
});

test('a group opens on its processes, an ancestor on its descendants', (t) => {
  const views = viewsOf(t);
  const open = (group: Grouping, name: string) => {
    const { rows } = views.view(null, question(group));
    const key = rows.find((row) => row.process === name)?.key ?? '';
    const { row, processes, protocols, seconds } = views.inspect(null, key, NOW_NS) ?? assert.fail(name);
    return [row.process, processes.map(({ pid }) => pid), protocols, seconds.rxBytes];
  };
  assert.deepEqual(open('container', 'web (nginx:1)'), [
    'web (nginx:1)',
    [101, 100],
    [{ protocol: 'tcp', rxBytes: 6100, txBytes: 2010 }],
    [6100, 0],
  ]);
  assert.deepEqual(open('tree', 'bash').slice(0, 2), ['bash', [201, 200]]);
  assert.equal(views.inspect(null, 'tree:gone', NOW_NS), null);
});

test('of each protocol what it moved, from zero after a reset', () => {
  const ledger = smallWorld();
  ledger.addUsage({ ...curl, protocol: 17 }, 5, 6);
  const process = [...ledger.processes.values()].find(({ pid }) => pid === curl.pid) ?? assert.fail();
  assert.deepEqual(
    [...process.protocols],
    [
      [6, { rxBytes: 2000, txBytes: 0 }],
      [17, { rxBytes: 5, txBytes: 6 }],
    ],
  );
  const before = ledger.people.resetTotals();
  assert.deepEqual([process.protocols, process.rxBytes], [[], 0]);
  ledger.addUsage({ ...curl, protocol: 17 }, 10, 0);
  ledger.people.restoreTotals(before);
  assert.deepEqual(
    [new Map(process.protocols), process.rxBytes, process.txBytes],
    [
      new Map([
        [17, { rxBytes: 15, txBytes: 6 }],
        [6, { rxBytes: 2000, txBytes: 0 }],
      ]),
      2015,
      6,
    ],
  );
});
