import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Endings } from '../../src/capture/ledger/endings.ts';
import type { SocketSample } from '../../src/capture/records/socket-sample.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { complete } from '../../src/machine/work.ts';
import { CONNECTION_GROUPINGS } from '../../src/model/connection-group.ts';
import type { ConnectionRow } from '../../src/model/model.ts';
import type { View, ViewQuestion } from '../../src/model/panes.ts';
import { NOTHING_READ } from '../../src/model/process.ts';
import { nameState } from '../../src/panes/connections/cells.ts';
import { connectionTables } from '../../src/panes/connections/groups.ts';
import type { Answers } from '../../src/views/answers.ts';
import { Connections } from '../../src/views/connections/connections.ts';
import { Tables } from '../../src/views/connections/tables.ts';
import { ledgerOf } from '../fixtures/ledger.ts';
import { noMemory } from '../fixtures/lives.ts';
import { machineOf } from '../fixtures/machine.ts';
import { decodeLog } from '../fixtures/recording.ts';
import { replay } from '../fixtures/replay.ts';
import { LISTEN, nginx, sample, wordsOf } from '../fixtures/samples.ts';

const recorded = decodeLog(readFileSync(new URL('../fixtures/recorded.feed', import.meta.url)));

const ASKED: ViewQuestion = { sort: 'rate', descending: true, rows: 10_000, cursor: null };

/** The connections pane as it is after so many seconds of the run that was recorded. */
function seen(answers: Answers, filter: string, asked: Partial<ViewQuestion>): View<ConnectionRow> {
  const expression = filter === '' ? null : parseFilter(filter);
  const views = { connections: { ...ASKED, ...asked } };
  answers.ask({ filter: expression, intervalMs: 1000, views, inspect: null, resets: 0 });
  return answers.answer().connections ?? assert.fail('no connections');
}

type Sums = [count: number, closed: number, rx: number, tx: number, retransmits: number, rtt: number];

function sumOf(rows: readonly ConnectionRow[]): Sums {
  const sum = (value: (row: ConnectionRow) => number | null) =>
    rows.reduce((total, row) => total + (value(row) ?? 0), 0);
  return [
    rows.length,
    rows.filter(({ ending }) => ending !== null).length,
    sum(({ rxBytes }) => rxBytes),
    sum(({ txBytes }) => txBytes),
    sum(({ retransmits }) => retransmits),
    Math.max(0, ...rows.map(({ rttUs }) => rttUs ?? 0)),
  ];
}

function sumsOfGroup({ group, rxBytes, txBytes, retransmits, rttUs }: ConnectionRow): Sums {
  const { connections, closed } = group ?? assert.fail('no group');
  return [connections, closed, rxBytes ?? 0, txBytes ?? 0, retransmits, rttUs ?? 0];
}

/** Of all groups: their sums, and the longest of their round trips. */
function together(groups: readonly ConnectionRow[]): Sums {
  const all = groups.map(sumsOfGroup);
  const sum = (at: number) => all.reduce((total, one) => total + (one[at] ?? 0), 0);
  return [sum(0), sum(1), sum(2), sum(3), sum(4), Math.max(0, ...all.map(([, , , , , rtt]) => rtt))];
}

/** Bytes per second; halves of a byte are of no matter. */
const rateOf = (rows: readonly ConnectionRow[]): number =>
  Math.round(rows.reduce((sum, { rxRate, txRate }) => sum + (rxRate ?? 0) + (txRate ?? 0), 0));

const UNSPECIFIED = ['', '0.0.0.0', '::'];

/** By what a row itself says; null: what tells groups apart does not stand in it. */
const KEYS: Partial<Record<string, (row: ConnectionRow) => string>> = {
  host: ({ remoteAddress }) => (UNSPECIFIED.includes(remoteAddress) ? '' : remoteAddress),
  network: ({ remoteAddress }) => {
    if (UNSPECIFIED.includes(remoteAddress)) return '';
    if (!remoteAddress.includes(':')) return `${remoteAddress.split('.').slice(0, 3).join('.')}.0/24`;
    const [head = ''] = remoteAddress.split('::');
    return `${head.split(':').slice(0, 4).join(':')}::/64`;
  },
  process: ({ pid }) => String(pid ?? '?'),
  state: nameState,
};

const keyOfGroup = ({ group, pid }: ConnectionRow): string =>
  group?.by === 'process' ? String(pid ?? '?') : (group?.key ?? assert.fail('no group'));

test('groups have the sums of the rows that they are made of, to the byte, whatever the filter', () => {
  const answers = replay(recorded);
  for (let second = 0; second < 16; second++) complete(answers.tick());
  for (const filter of ['', 'tcp', 'not process cron', 'port 8080', 'port 1']) {
    for (const closed of [false, true]) {
      const { rows } = seen(answers, filter, { closed });
      for (const by of CONNECTION_GROUPINGS.slice(1)) {
        const groups = seen(answers, filter, { closed, group: by });
        const what = `${by} ${filter} ${closed}`;
        assert.equal(groups.group, by);
        assert.equal(new Set(groups.rows.map(({ key }) => key)).size, groups.total, what);
        assert.deepEqual(together(groups.rows), sumOf(rows), what);
        assert.equal(rateOf(groups.rows), rateOf(rows), what);
        const keyOf = KEYS[by];
        if (!keyOf) continue;
        const expected = new Map<string, ConnectionRow[]>();
        for (const row of rows) expected.set(keyOf(row), [...(expected.get(keyOf(row)) ?? []), row]);
        assert.deepEqual(
          Object.fromEntries(groups.rows.map((row) => [keyOfGroup(row), sumsOfGroup(row)])),
          Object.fromEntries([...expected].map(([key, members]) => [key, sumOf(members)])),
          what,
        );
      }
    }
  }
});

test('every order that the pane has is one of groups', () => {
  const answers = replay(recorded);
  for (let second = 0; second < 8; second++) complete(answers.tick());
  for (const { id } of connectionTables.host.sorts) {
    const up = seen(answers, '', { closed: true, group: 'port', sort: id, descending: false });
    const down = seen(answers, '', { closed: true, group: 'port', sort: id, descending: true });
    assert.equal(up.rows.length, down.rows.length);
  }
  const byCount = seen(answers, '', { closed: true, group: 'port', sort: 'connections' }).rows;
  const counts = byCount.map(({ group }) => group?.connections ?? 0);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => b - a),
  );
});

function tablesOf(...samples: SocketSample[]): Tables {
  const connections = new Connections(ledgerOf(...samples), new Endings(() => null), noMemory, machineOf());
  return new Tables(connections, () => 12e9, { about: () => NOTHING_READ, userName: String });
}

const groupNames = (tables: Tables, group: string): (string | undefined)[] =>
  tables.viewConnections(null, { ...ASKED, group }).rows.map((row) => row.group?.name);

const ends = (localPort: number, remotePort: number) => ({ localPort, remotePort });

test('by port: a connection stands where its server is, at both ends', () => {
  const listener = sample(1, { ...nginx, state: LISTEN, localPort: 50_051, remotePort: 0 });
  const cases: [SocketSample[], string][] = [
    [[listener, sample(2, { ...nginx, ...ends(50_051, 40_000) })], 'tcp/50051'],
    [[sample(3, { ...nginx, ...ends(40_000, 50_051) })], 'tcp/50051'],
    // its listener is gone
    [[sample(4, { ...nginx, ...ends(8080, 40_000) })], 'tcp/8080'],
    [[sample(5, { ...nginx, ...ends(40_000, 443) }), sample(6, { ...nginx, ...ends(1023, 443) })], 'tcp/443'],
  ];
  for (const [samples, name] of cases) assert.deepEqual(groupNames(tablesOf(...samples), 'port'), [name]);
});

test('a listener of another namespace does not make a port one of this', () => {
  const elsewhere = sample(1, { ...nginx, state: LISTEN, ...ends(40_000, 0), netns: 5 });
  const here = sample(2, { ...nginx, ...ends(40_000, 50_051) });
  assert.deepEqual(groupNames(tablesOf(elsewhere, here), 'port').sort(), ['tcp/40000', 'tcp/50051']);
});

test('the worst share is that of one connection, and none where nothing was sent', () => {
  const lossy = { segmentsSent: 200, retransmits: 3 };
  const tables = tablesOf(
    sample(1, { ...nginx, ...lossy, remote: wordsOf('10.0.0.1') }),
    sample(2, { ...nginx, segmentsSent: 1000, retransmits: 1, remote: wordsOf('10.0.0.1') }),
    sample(3, { ...nginx, remote: wordsOf('10.0.0.2') }),
  );
  const { rows } = tables.viewConnections(null, {
    ...ASKED,
    group: 'host',
    sort: 'group',
    descending: false,
  });
  assert.deepEqual(
    rows.map(({ group, retransmits }) => [group?.name, group?.worstShare, retransmits, group?.retransmits]),
    [
      [
        '10.0.0.1',
        3 / 200,
        4,
        [
          { below: 2, count: 1 },
          { below: 4, count: 1 },
        ],
      ],
      ['10.0.0.2', null, 0, [{ below: 1, count: 1 }]],
    ],
  );
});
