import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../../src/output/report.ts';
import { causeFields, wireFields } from '../../src/panes/processes/wire-fields.ts';
import { formatAttribution, USUAL_UNITS } from '../../src/text/format.ts';
import { emptyReason } from '../../src/ui/empty.ts';
import { processRows, status } from '../fixtures/rows.ts';
import { Session } from '../fixtures/session.ts';
import { wireFigures, wireStatus } from '../fixtures/wire.ts';

test('w asks for bytes on the wire, and for none again', () => {
  const session = new Session();
  const asked = [session.question.views.wire !== undefined];
  const messages = [1, 2].map(() => {
    const { state } = session.quickly('w');
    asked.push(session.question.views.wire !== undefined);
    return state.message;
  });
  assert.deepEqual(
    [asked, messages],
    [
      [false, true, false],
      ['bytes on the wire are counted from now on', 'bytes on the wire are not counted'],
    ],
  );
});

test('w where the kernel refuses to count: off again, with the reason', () => {
  const reason = "no bytes on the wire: wire: prog 'count_sent': BPF program load failed: Invalid argument";
  const refused = [{ part: 'wire' as const, reason, hint: '' }];
  const session = new Session({ world: { status: { refused, warnings: [reason] } } }).press('w');
  const { wire, message } = session.state;
  assert.deepEqual(
    { wire, message, asked: session.question.views.wire !== undefined },
    { wire: false, message: reason, asked: false },
  );
});

test('a pane whose programs the kernel refuses says so instead of rows', () => {
  const refused = [{ part: 'drops' as const, reason: 'no drops: refused', hint: 'see nettop doctor' }];
  const session = new Session({ pane: 'drops', world: { drops: [], status: { refused } } });
  assert.equal(emptyReason(session.state, 'drops'), 'no drops: refused — see nettop doctor');
});

test('processes can be sorted by the wire while it is counted; after that they are sorted as at the start', () => {
  const session = new Session().press('w');
  const sorts = Array.from({ length: 10 }, () => session.press('s').question.views.processes?.sort);
  assert.equal(sorts.filter((sort) => sort === 'wireRate').length, 1);
  while (session.question.views.processes?.sort !== 'wireRate') session.press('s');
  assert.equal(session.press('w').question.views.processes?.sort, 'rate');
});

test('a part is never rounded up to the whole', () => {
  assert.deepEqual(
    [
      formatAttribution(0.99999, 1_200_000, USUAL_UNITS),
      formatAttribution(1, 0, USUAL_UNITS),
      formatAttribution(0.5, 10, USUAL_UNITS),
      formatAttribution(null, 0, USUAL_UNITS),
    ],
    [
      'attributed 99.9 % of 1.20 MB/s',
      'attributed 100 % of 0 B/s',
      'attributed 50 % of 10 B/s',
      'attributed - % of 0 B/s',
    ],
  );
});

test('the inspector says what traffic without a process is, and what was on the wire by protocol', () => {
  assert.deepEqual(causeFields('[forwarded]'), [
    ['process', '-'],
    ['why', 'it went from one device to another, routed or bridged'],
  ]);
  assert.deepEqual(wireFields(wireFigures(100), USUAL_UNITS), [
    ['on the wire', 'received 100 packets, 100 kB; sent 50 packets, 50.0 kB'],
    ['  tcp', 'received 94 packets, 94.0 kB; sent 47 packets, 47.0 kB'],
    ['  udp', 'received 2 packets, 2.00 kB; sent 1 packets, 1.00 kB'],
    ['  icmp', 'received 4 packets, 4.00 kB; sent 2 packets, 2.00 kB'],
  ]);
});

test('as text: columns for the wire, then how much of each interface has a process', () => {
  const row = processRows(1)[0] ?? assert.fail();
  const rows = [
    { ...row, wire: wireFigures(100) },
    { ...row, pid: 0, user: '-', process: '[forwarded]', connections: 0, wire: wireFigures(10) },
  ];
  const view = { rows, total: 2, first: 0, selected: null, selectedKey: null, group: 'process' as const };
  const wire = { ...wireStatus(), lostPackets: 3 };
  const answer = { status: { ...status(), wire }, inspection: null, processes: view };
  assert.deepEqual(report('processes').answer(answer, 0), [
    '    PID  USER        PROCESS            CONN       RX/s       TX/s        RX        TX  WIRE RX/s  WIRE TX/s   WIRE RX   WIRE TX',
    '   1000  www-data    nginx                18  12.4 MB/s  1.77 MB/s   1.20 GB    384 MB  10.0 kB/s  5.00 kB/s    100 kB   50.0 kB',
    '      -  -           [forwarded]           0  12.4 MB/s  1.77 MB/s   1.20 GB    384 MB  1.00 kB/s    500 B/s   10.0 kB   5.00 kB',
    '',
    'lo: attributed 75 % of 12.0 kB/s',
    'eth0: attributed 99.3 % of 450 kB/s',
    '3 packets could not be counted and are in no row',
    '',
  ]);
});
