import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventCounts, EventRow } from '../../src/model/model.ts';
import type { Answer } from '../../src/model/question.ts';
import { json } from '../../src/output/formats/json.ts';
import { report } from '../../src/output/report.ts';
import { eventJson } from '../fixtures/json.ts';
import { eventCounts, eventRow, faults } from '../fixtures/lives.ts';
import { status } from '../fixtures/rows.ts';

process.env.TZ = 'UTC';

const AT_US = 1_767_323_045_000_000;

function answer(counted: Partial<EventCounts>, notTold: Partial<EventCounts>, missed = 0): Answer {
  const events = { counted: eventCounts(counted), notTold: eventCounts(notTold), missed };
  return { status: status(), inspection: null, events };
}

test('an event as JSON', () => {
  assert.deepEqual(JSON.parse(eventJson(eventRow())), {
    type: 'event',
    machine: null,
    time: '2026-01-02T03:04:05.001373Z',
    event: 'close',
    socket: 77,
    protocol: 'tcp',
    state: 'CLOSE',
    previousState: 'LAST_ACK',
    localAddress: '192.168.100.100',
    localPort: 40_022,
    remoteAddress: '2001:db8::5',
    remotePort: 443,
    remoteName: 'www.example.org',
    remoteNameSource: 'dns',
    pid: 1000,
    process: 'nginx',
    netns: 4026531840,
    microseconds: 1_250_000,
    atMost: false,
    receiveBytes: 5000,
    transmitBytes: 12,
    retransmits: 2,
    fault: null,
    drop: null,
    cause: 'closed',
    resetBy: null,
    reason: null,
    error: null,
    icmp: null,
    route: null,
    call: null,
  });
});

test('events as text: each kind with what belongs to it', () => {
  const nothing = { us: null, rxBytes: null, txBytes: null, retransmits: null, cause: null };
  const open = { ...nothing, retransmits: 0, state: 'ESTABLISHED' };
  const cases: [expected: string, row: Partial<EventRow>][] = [
    ['', { ...open, event: 'connect' }],
    ['after at most 12.0ms', { ...open, event: 'accept', us: 12_000, atMost: true }],
    ['after 12.0ms, 1 retransmitted', { ...open, event: 'established', us: 12_000, retransmits: 1 }],
    ['ESTABLISHED to FIN_WAIT1', { event: 'state', previousState: 'ESTABLISHED', state: 'FIN_WAIT1' }],
    ['in SYN_SENT, 2 retransmitted so far', { event: 'retransmit', state: 'SYN_SENT' }],
    [
      'in ESTABLISHED, 2 retransmitted so far, dropped here: QDISC_DROP by tbf at eth0',
      { event: 'retransmit', state: 'ESTABLISHED', fault: 'local', drop: faults().drop },
    ],
    [
      'in ESTABLISHED, 2 retransmitted so far, lost on the path',
      { event: 'retransmit', state: 'ESTABLISHED', fault: 'path' },
    ],
    [
      'by this end, NO_SOCKET',
      { ...nothing, event: 'reset', state: null, resetBy: 'this end', reason: 'NO_SOCKET' },
    ],
    ['by far end, in SYN_SENT', { ...open, event: 'reset', state: 'SYN_SENT', resetBy: 'far end' }],
    ['closed, after 1.25s, received 5.00 kB, sent 12 B, 2 retransmitted', {}],
    [
      'reset by this end: TCP_STATE, after 1.25s, received 5.00 kB, sent 12 B',
      { cause: 'reset', resetBy: 'this end', reason: 'TCP_STATE', retransmits: 0 },
    ],
    ['timed out, after 1.25s, 2 retransmitted', { event: 'failed', cause: 'timed out' }],
    [
      'bind() failed: EADDRINUSE',
      { ...nothing, event: 'failed', call: 'bind', cause: 'failed', reason: 'EADDRINUSE' },
    ],
  ];
  const { begin, rows } = report('connections', { events: true });
  const [title = ''] = begin();
  const lines = rows(cases.map(([, row]) => eventRow(row)));
  assert.deepEqual(
    lines.map((line) => line.slice(title.indexOf('DETAIL'))),
    cases.map(([expected]) => expected),
  );
});

test('ends and processes that are not known', () => {
  const { rows } = report('connections', { events: true });
  const row = eventRow({ event: 'connect', localPort: null, pid: null, process: null });
  assert.deepEqual(rows([row, { ...row, localAddress: '::1' }]), [
    '03:04:05.001373  connect      tcp    192.168.100.100:*      [2001:db8::5]:443      -',
    '03:04:05.001373  connect      tcp    [::1]:*                [2001:db8::5]:443      -',
  ]);
});

test('events that found no room are said once, and all of them at the end', () => {
  const text = report('connections', { events: true });
  assert.deepEqual(text.answer(answer({ connect: 9 }, {}), AT_US), []);
  assert.deepEqual(text.answer(answer({}, { connect: 5, close: 4 }), AT_US), [
    'not listed individually: 5 connect, 4 close',
  ]);
  assert.deepEqual(text.answer(answer({}, { connect: 7, close: 4 }), AT_US), [
    'not listed individually: 2 connect',
  ]);
  assert.deepEqual(text.answer(answer({}, { connect: 7, close: 4 }), AT_US), []);
  assert.deepEqual(text.end(answer({ connect: 90, close: 40 }, { connect: 7 }, 3), AT_US), [
    'events: 90 connect, 40 close',
    'not listed individually: 7 connect',
    '3 may be missing: the kernel skipped a program',
  ]);
});

test('the same as JSON', () => {
  const lines = report('connections', { events: true, format: json });
  const parse = (lines: string[]) => lines.map((line) => JSON.parse(line));
  const time = '2026-01-02T03:04:05.000000Z';
  assert.deepEqual(parse(lines.answer(answer({}, { reset: 2 }), AT_US)), [
    { type: 'notTold', time, ...eventCounts({ reset: 2 }) },
  ]);
  const [totals, summary] = parse(lines.end(answer({ reset: 5 }, { reset: 2 }), AT_US));
  assert.deepEqual(totals, {
    type: 'eventTotals',
    time,
    counted: eventCounts({ reset: 5 }),
    notTold: eventCounts({ reset: 2 }),
    missed: 0,
  });
  assert.equal(summary.type, 'summary');
});
