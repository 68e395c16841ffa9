import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endings } from '../../src/capture/ledger/endings.ts';
import { Ledger } from '../../src/capture/ledger/ledger.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { ViewQuestion } from '../../src/model/panes.ts';
import { NOTHING_READ } from '../../src/model/process.ts';
import { Connections } from '../../src/views/connections/connections.ts';
import { Tables } from '../../src/views/connections/tables.ts';
import { People } from '../../src/views/processes/people.ts';
import { ProcessViews } from '../../src/views/processes/process-views.ts';
import { ledgerOf, smallWorld } from '../fixtures/ledger.ts';
import { noMemory } from '../fixtures/lives.ts';
import { machineOf } from '../fixtures/machine.ts';
import { noKernel } from '../fixtures/proc.ts';
import { curl, nginx, sample } from '../fixtures/samples.ts';

const NOW_NS = 12e9;
const noFacts = { about: () => NOTHING_READ, userName: String };

const tablesOf = (ledger: Ledger, endings = new Endings(() => null)): Tables =>
  new Tables(new Connections(ledger, endings, noMemory, machineOf()), () => NOW_NS, noFacts);
const nowNs = () => NOW_NS;
const viewsOf = (ledger: Ledger) =>
  new ProcessViews(
    ledger,
    new People({ ledger, kernel: noKernel, machine: machineOf({ nowNs }) }),
    new Connections(ledger, new Endings(() => null), noMemory, machineOf()),
  );

function question(overrides: Partial<ViewQuestion> = {}): ViewQuestion {
  return { sort: 'rate', descending: true, rows: 10, cursor: null, closed: true, ...overrides };
}

function names(ledger: Ledger, filter: string, overrides: Partial<ViewQuestion> = {}): string[] {
  const { rows } = viewsOf(ledger).view(parseFilter(filter), question(overrides));
  return rows.map((row) => row.process);
}

function keys(ledger: Ledger, filter: string, overrides: Partial<ViewQuestion> = {}): string {
  const { rows } = tablesOf(ledger).viewConnections(parseFilter(filter), question(overrides));
  return rows.map((row) => row.key).join('');
}

test('a process row counts connections, not listeners and datagram sockets', () => {
  const { rows, total } = viewsOf(smallWorld()).view(null, question());
  assert.equal(total, 3);
  assert.deepEqual(
    rows.map(({ process, user, connections }) => [process, user, connections]),
    [
      ['curl', 'root', 1],
      ['nginx', 'root', 2],
      ['postgres', 'root', 1],
    ],
  );
  assert.deepEqual(rows[1], {
    key: '100:7000000000',
    pid: 100,
    user: 'root',
    process: 'nginx',
    connections: 2,
    rxRate: 150,
    txRate: 900,
    rxBytes: 150,
    txBytes: 900,
    history: [1050],
    wire: null,
    about: NOTHING_READ,
    group: null,
  });
});

test('a connection row', () => {
  const { rows, total } = tablesOf(smallWorld()).viewConnections(null, question());
  assert.deepEqual([total, rows.map(({ key }) => key).join('')], [6, '423651']);
  assert.deepEqual(rows[1], {
    key: '2',
    protocol: 'tcp',
    ipProtocol: 6,
    ethertype: null,
    state: 'ESTABLISHED',
    localAddress: '10.0.0.1',
    localPort: 443,
    remoteAddress: '10.0.0.2',
    remotePort: 40_002,
    remoteName: null,
    remoteNameSource: null,
    interface: null,
    pid: 100,
    process: 'nginx',
    rxRate: 100,
    txRate: 900,
    rxBytes: 100,
    txBytes: 900,
    rttUs: 80,
    retransmits: 0,
    faults: null,
    ageSeconds: 1.5,
    seenSeconds: 1,
    netns: 4026531840,
    netnsName: null,
    tcp: {
      rttVarianceUs: 0,
      minRttUs: null,
      congestionWindow: 10,
      slowStartThreshold: null,
      mss: 1448,
      congestionControl: 'cubic',
      deliveryRate: null,
      applicationLimited: false,
      ackedBytes: 0,
      inFlightBytes: 600,
      unsentBytes: 300,
      sendQueueBytes: 900,
      receiveQueueBytes: 0,
      sendBufferFull: false,
      segmentsSent: 0,
      lostSegments: 0,
      outOfOrderSegments: 0,
      busyUs: 0,
      receiverLimitedUs: 0,
      sendBufferLimitedUs: 0,
    },
    backlog: null,
    icmp: null,
    socketDrops: 0,
    group: null,
    life: null,
    ending: null,
  });
});

test('what is not known of a connection is null', () => {
  const ledger = new Ledger(String);
  ledger.begin(10e9);
  ledger.see(sample(1, { rxBytes: 5, state: 3 }));
  ledger.end();
  const [row] = tablesOf(ledger).viewConnections(null, question()).rows;
  const { state, pid, process, rttUs, ageSeconds, seenSeconds } = row ?? assert.fail('no row');
  assert.deepEqual(
    { state, pid, process, rttUs, ageSeconds, seenSeconds },
    { state: 'SYN_RECV', pid: null, process: null, rttUs: null, ageSeconds: null, seenSeconds: 2 },
  );
});

test('a filter keeps processes by their sockets and connections by their packets’ direction', () => {
  const filters: [string, string[], string][] = [
    ['', ['curl', 'nginx', 'postgres'], '423651'],
    ['port 443', ['curl', 'nginx'], '4231'],
    ['src port 443', ['curl', 'nginx'], '4231'],
    ['port 40003', ['nginx'], '3'],
    ['udp', ['postgres'], '5'],
    ['ip6', ['postgres'], '6'],
    ['host 2001:db8::2', ['postgres'], '6'],
    ['pid 200', ['curl'], '4'],
    ['process ngin', ['nginx'], '231'],
    ['process nginx and port 5432', [], ''],
    ['not process nginx', ['curl', 'postgres'], '465'],
    ['host 192.0.2.1', [], ''],
  ];
  const ledger = smallWorld();
  assert.deepEqual(
    filters.map(([filter]) => [filter, names(ledger, filter), keys(ledger, filter)]),
    filters,
  );
});

test('a process whose connection has just closed is still found', () => {
  const ledger = smallWorld();
  ledger.close(sample(4, { ...curl, remotePort: 443 }));
  assert.deepEqual([names(ledger, 'port 40004'), keys(ledger, 'port 40004')], [['curl'], '']);
});

test('a list stands until it is told that something changed; then the selection stays on its row', () => {
  const ledger = smallWorld();
  const tables = tablesOf(ledger);
  const look = () => {
    const { rows, selected, selectedKey } = tables.viewConnections(null, question({ cursor: { key: '2' } }));
    return [rows.map(({ key }) => key).join(''), selected, selectedKey];
  };
  const before = look();
  ledger.begin(12e9);
  ledger.see(sample(2, { ...nginx, openedNs: 10.5e9, rxBytes: 99_999 }));
  ledger.see(sample(4, { ...curl, openedNs: 10.5e9, rxBytes: 2001 }));
  for (const cookie of [1, 3, 5, 6]) ledger.gone(cookie);
  ledger.end();
  const between = look();
  tables.invalidate();
  assert.deepEqual(
    [before, between, look()],
    [
      ['423651', 1, '2'],
      ['423651', 1, '2'],
      ['24', 0, '2'],
    ],
  );
});

test('a window of a long list sends its rows alone', () => {
  const many = Array.from({ length: 1000 }, (_, index) =>
    sample(index + 1, { ...nginx, rxBytes: 1000 - index }),
  );
  const tables = tablesOf(ledgerOf(...many));
  const look = (cursor: ViewQuestion['cursor']) => {
    const { rows, asked, group, ...rest } = tables.viewConnections(null, question({ rows: 3, cursor }));
    assert.equal(group, 'connection');
    assert.equal(asked, cursor && 'key' in cursor ? cursor.key : undefined);
    return { ...rest, rows: rows.map(({ key }) => key) };
  };
  assert.deepEqual(
    [look({ index: 500 }), look({ key: '500' }), look(null)],
    [
      { rows: ['499', '500', '501'], total: 1000, first: 498, selected: 500, selectedKey: '501' },
      { rows: ['499', '500', '501'], total: 1000, first: 498, selected: 499, selectedKey: '500' },
      { rows: ['499', '500', '501'], total: 1000, first: 498, selected: null, selectedKey: null },
    ],
  );
});
