import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionRow, Ending } from '../../src/model/model.ts';
import type { RequestRow } from '../../src/panes/requests/row.ts';
import type { Collected } from '../../src/run/collection.ts';
import { reportOf } from '../../src/run/report.ts';
import { covered, type Step } from '../../src/run/steps.ts';
import { reportLines } from '../../src/run/text.ts';
import { watchedRow } from '../fixtures/connections.ts';
import { eventRow } from '../fixtures/lives.ts';
import { processRows } from '../fixtures/rows.ts';

const START_US = 1_795_908_000_000_000;

function step(fromMs: number, toMs: number | null): Step {
  const toUs = toMs === null ? null : toMs * 1000;
  return { wait: 'DNS', fromUs: fromMs * 1000, toUs, label: '', failed: false };
}

/** A connection that took so long to be made, or to fail. */
function connection(port: number, connectMs: number, rest: Partial<ConnectionRow> = {}): ConnectionRow {
  const us = connectMs * 1000;
  const last = rest.ending ? 'CLOSE' : 'ESTABLISHED';
  const states = [
    { state: 'SYN_SENT', us },
    { state: last, us: 0 },
  ];
  const life = { states, connectUs: us, acceptUs: null, acceptAtMost: false, synRetransmits: 0 };
  const end = { remoteAddress: '192.0.2.7', remotePort: port, process: 'curl', pid: 12 };
  return watchedRow({ ...end, txBytes: 100, rxBytes: 5000, retransmits: 0, life, ...rest });
}

const refused: Ending = {
  cause: 'refused',
  resetBy: 'far end',
  reason: 'ICMP port unreachable',
  error: 'ECONNREFUSED',
  icmp: { protocol: 'icmp', type: 3, code: 3, sender: '192.0.2.1' },
  route: null,
  drop: null,
  secondsAgo: 0,
};

const dns = { name: 'a.example', type: 'A', rcode: 'NXDOMAIN', answers: [], isTruncated: false };

const absent = { outcome: null, grpcStatus: null, status: null, tls: null, upgrade: null, incomplete: null };

const request = (rest: Partial<RequestRow>): RequestRow =>
  ({ ...absent, side: 'client', protocol: 'dns', method: 'A', dns, pid: 12, ...rest }) as RequestRow;

const failedRow = eventRow({
  event: 'failed',
  call: 'receive',
  protocol: 'udp',
  remoteAddress: '192.0.2.7',
  remotePort: 53,
  remoteName: null,
  process: 'dig',
  pid: 12,
});

const nothing: Collected = {
  processes: [],
  connections: [],
  requests: [],
  drops: [],
  failedCalls: [],
  failedCallsLost: 0,
  requestTotals: null,
  status: null,
  forgotten: 0,
};

const run = (collected: Partial<Collected>, ms = 100) => ({
  exitCode: 7,
  startUs: START_US,
  endUs: START_US + ms * 1000,
  left: [],
  failure: null,
  collected: { ...nothing, ...collected },
});

test('what overlaps is waited for once, and what has no known end does not count', () => {
  const cases: [Step[], number][] = [
    [[], 0],
    [[step(0, 10), step(10, 30)], 30_000],
    [[step(5, 20), step(0, 10), step(30, 31)], 21_000],
    [[step(0, 50), step(10, 20), step(60, null)], 50_000],
  ];
  for (const [steps, us] of cases) assert.equal(covered(steps), us);
});

test('connections to one place are one line, waits are of all, and what is left has no part of them', () => {
  const at = (ms: number) => START_US + ms * 1000;
  const report = reportOf(
    ['npm', 'install'],
    run({
      processes: processRows(2),
      connections: [
        { row: connection(443, 10), atUs: at(20) },
        { row: { ...connection(443, 30), key: 'other' }, atUs: at(45) },
        {
          row: { ...connection(80, 5, { ending: refused, txBytes: 0, rxBytes: 0 }), key: 'bad' },
          atUs: at(60),
        },
      ],
      requests: [request({ timeUs: at(0), firstByteUs: 8000, totalUs: 8000 })],
    }),
    () => null,
  );
  assert.deepEqual(
    report.destinations.map(({ end, connections, failed, txBytes, rxBytes, connectUs }) => [
      ...[end, connections, failed, txBytes, rxBytes, connectUs],
    ]),
    [
      ['192.0.2.7:443', 2, 0, 200, 10_000, 30_000],
      ['192.0.2.7:80', 1, 1, 0, 0, 5000],
    ],
  );
  assert.deepEqual(
    report.waited.map(({ wait, us, times, failed }) => [wait, us, times, failed]),
    [
      ['DNS', 8000, 1, 1],
      ['connect', 40_000, 3, 1],
      ['nothing of these', 52_000, null, null],
    ],
  );
  const lines = reportLines(report, 100);
  assert.equal(
    lines[0],
    'nettop: npm: exit 7 after 100ms; 2 processes with sockets, sent 200 B, received 10.0 kB',
  );
  assert.ok(
    lines.includes(
      'tcp 192.0.2.7:80 by curl[12]: refused after 5.00ms, ICMP port unreachable from 192.0.2.1, ECONNREFUSED',
    ),
  );
  assert.deepEqual(lines.slice(lines.indexOf('TIMELINE  100ms from left to right')), [
    'TIMELINE  100ms from left to right',
    '     +0µs DNS          8.00ms ✗ A a.example                        ▒▒▒',
    '  +10.0ms connect      10.0ms 192.0.2.7:443                           ░░░',
    '  +15.0ms connect      30.0ms 192.0.2.7:443                            ░░░░░░░░░░',
    '  +55.0ms connect      5.00ms ✗ 192.0.2.7:80                                         ░░',
  ]);
});

test('datagrams that failed alike are one line, with whom they were for and why', () => {
  const row = {
    ...failedRow,
    cause: 'refused',
    reason: 'ICMP port unreachable',
    error: 'ECONNREFUSED',
  } as const;
  const { icmp } = refused;
  const lines = reportLines(
    reportOf(
      ['x'],
      run({
        failedCalls: [
          { row: { ...row, icmp }, count: 3 },
          { row, count: 1 },
        ],
      }),
      () => null,
    ),
    100,
  );
  assert.deepEqual(lines.slice(lines.indexOf('NOT DELIVERED') + 1), [
    'udp 192.0.2.7:53 by dig[12]: refused 3 times, ICMP port unreachable from 192.0.2.1, ECONNREFUSED',
    'udp 192.0.2.7:53 by dig[12]: refused, ICMP port unreachable, ECONNREFUSED',
  ]);
});

test('of a command without network there is one line', () => {
  const report = reportOf(['true'], run({}, 1), () => null);
  assert.deepEqual(reportLines(report, 80), [
    'nettop: true: exit 7 after 1.00ms; 0 processes with sockets, sent 0 B, received 0 B',
  ]);
});
