import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../src/filter/parser.ts';
import { socketFilter } from '../../src/panes/connections/follow.ts';
import { flowFilter } from '../../src/panes/drops/follow.ts';
import type { DroppedPacket } from '../../src/panes/drops/row.ts';
import { question } from '../../src/ui/question.ts';
import { isTraced } from '../../src/views/trace/traces.ts';
import { frame } from '../fixtures/frame.tsx';
import { watched } from '../fixtures/replay.ts';
import { connectionRows, dropRow } from '../fixtures/rows.ts';
import { Session } from '../fixtures/session.ts';

test('the filter of a flow takes both directions, and parses', () => {
  const udp = dropRow(0).last ?? assert.fail();
  const packets: DroppedPacket[] = [
    udp,
    { ...udp, destination: udp.source, destinationPort: udp.sourcePort },
    {
      ...udp,
      protocol: 'icmp6',
      source: 'fe80::1',
      destination: 'ff02::1',
      sourcePort: null,
      destinationPort: null,
    },
    { ...udp, protocol: '47', sourcePort: null, destinationPort: null },
    { ...udp, protocol: 'arp', source: '', destination: '' },
  ];
  const filters = packets.map(flowFilter);
  assert.deepEqual(filters, [
    'udp 203.0.113.7:40022 ⇄ 192.168.100.100:443',
    'udp 203.0.113.7:40022 ⇄ 203.0.113.7:40022',
    'icmp6 fe80::1 ⇄ ff02::1',
    'proto 47 and 203.0.113.7 ⇄ 192.168.100.100',
    null,
  ]);
  for (const filter of filters) if (filter) assert.ok(parseFilter(filter));
});

test('x goes from a row of drops to the trace, live, with its flow as the filter', () => {
  const session = new Session({ pane: 'trace' }).press('space', 'k', '4', 'x');
  const { focus, frozen, cursors, message } = session.state;
  assert.deepEqual(
    {
      focus,
      frozen,
      cursor: cursors.trace,
      message,
      filter: session.filter,
      trace: isTraced(session.question),
    },
    {
      focus: 'trace',
      frozen: false,
      cursor: null,
      message: 'traced: udp 203.0.113.7:40022 → 192.168.100.100:443',
      filter: 'udp 203.0.113.7:40022 ⇄ 192.168.100.100:443',
      trace: true,
    },
  );
});

test('x in the inspector does the same; elsewhere it does nothing', () => {
  const session = watched().press('4').tick().press('j', 'j', 'enter');
  const { inspection } = session.state.answer ?? assert.fail();
  assert.ok(inspection?.pane === 'drops' && inspection.row.last);
  const inspector = session.press('x').state;
  assert.deepEqual(
    [inspector.focus, inspector.overlay, inspector.filter.text],
    ['trace', null, flowFilter(inspection.row.last)],
  );
  const trace = watched({ pane: 'trace' }).press('k', 'enter', 'x').state;
  assert.deepEqual([trace.overlay?.kind, trace.filter.text], ['inspector', '']);
});

test('the filter of a connection is that of its socket, and parses', () => {
  const [row] = connectionRows(1);
  assert.ok(row);
  const filters = [
    row,
    { ...row, remoteAddress: row.localAddress, netns: null },
    { ...row, protocol: 'udp' as const, remoteAddress: '0.0.0.0', remotePort: 0 },
    { ...row, localAddress: '::', remoteAddress: '::', remotePort: 0 },
    { ...row, protocol: 'icmp', ipProtocol: 1, localPort: 9, remotePort: 0 },
    { ...row, protocol: 'raw', ipProtocol: 47, localPort: 0, remoteAddress: '0.0.0.0', remotePort: 0 },
    {
      ...row,
      protocol: 'packet',
      ipProtocol: null,
      localAddress: '',
      localPort: 0,
      remoteAddress: '',
      remotePort: 0,
    },
  ].map(socketFilter);
  assert.deepEqual(filters, [
    'tcp 192.168.100.100:443 ⇄ 203.0.113.1:50000 and netns 4026531840',
    'tcp 192.168.100.100:443 ⇄ 192.168.100.100:50000',
    'udp 192.168.100.100:443 and netns 4026531840',
    'tcp [::]:443 and netns 4026531840',
    'icmp 192.168.100.100 ⇄ 203.0.113.1 and icmpid 9 and netns 4026531840',
    'proto 47 and 192.168.100.100 and netns 4026531840',
    'netns 4026531840',
  ]);
  for (const filter of filters) assert.ok(parseFilter(filter));
});

test('x goes from a connection, or from its inspector, to its packets', () => {
  const pane = new Session({ pane: 'connections' }).press('I', 'j', 'x').state;
  const session = watched({ pane: 'connections' }).press('j', 'j', 'enter');
  const { inspection } = session.state.answer ?? assert.fail();
  assert.ok(inspection?.pane === 'connections');
  const inspector = session.press('x').state;
  assert.deepEqual(
    [inspector.focus, inspector.overlay, inspector.filter.text],
    ['trace', null, socketFilter(inspection.row)],
  );
  assert.match(inspector.message, /^traced: tcp 192\.0\.2\.[12]:\d+ → 192\.0\.2\.[12]:\d+$/);
  assert.deepEqual([pane.focus, pane.overlay], ['trace', null]);
  const stats = new Session({ pane: 'connections', statsOnly: true }).press('j', 'x').state;
  assert.deepEqual([stats.focus, stats.message], ['connections', 'there is no trace in this run']);
  const none = new Session({ pane: 'connections', world: { connections: [] } }).press('x').state;
  assert.equal(none.message, 'no connection to follow');
});

test('what is no flow is told', () => {
  const arp = new Session({ pane: 'drops' }).press('j', 'j', 'j', 'j', 'j', 'x').state;
  const nothing = new Session({ pane: 'drops', world: { drops: [] } }).press('x').state;
  assert.deepEqual(
    [arp.focus, arp.message, nothing.message],
    ['drops', 'arp is no flow: no addresses', 'no packet to follow'],
  );
});

test('drops are counted from the first answer on, whoever is shown; the trace runs while it is', () => {
  const session = new Session();
  const asked = () => {
    const rows = Object.entries(session.question.views).map(
      ([name, view]) => `${name} ${'rows' in view && view.rows}`,
    );
    return { trace: isTraced(session.question), rows };
  };
  const others = ['processes 9', 'connections 9'];
  assert.deepEqual(asked(), { trace: true, rows: [...others, 'trace 13', 'drops 0', 'alerts 0'] });
  const first = { ...session.state, answer: null };
  const wide = { ...first, size: { columns: 200, rows: 50 } };
  for (const state of [first, wide])
    assert.deepEqual(Object.keys(question(state).views), ['processes', 'connections', 'trace']);
  session.press('4');
  assert.deepEqual(asked(), { trace: false, rows: [...others, 'trace 0', 'drops 13', 'alerts 0'] });
  session.press('enter');
  assert.equal(session.question.views.drops?.rows, 13);
  session.press('escape', 'tab').resize(120, 8);
  assert.equal(session.question.views.drops?.rows, 0);
});

test('a box goes on showing the tab that had the keys last', () => {
  const session = new Session().press('4', '1');
  assert.deepEqual([session.state.focus, session.question.views.drops?.rows], ['processes', 13]);
  assert.match(frame(session.state), /─ 3 Trace off ┃ 4 Drops 23 ┃ 5 /);
  assert.match(frame(session.press('3', '1').state), /─ ┃ 3 Trace 500 ┃ 4 (Drops )?1\.9k\/s ▲ │ 5 /);
  session.press('4', '1').press('3', 't', '4', '2');
  assert.match(frame(session.state), /─ 3 (Trace by packet )?off ┃ 4 Drops/);
});

test('on a wide screen the tabs of a box stand side by side, and each has its rows', () => {
  const session = new Session({ columns: 180 });
  const { trace, drops } = session.question.views;
  assert.deepEqual([trace?.isTraced, trace?.rows, drops?.rows], [true, 13, 13]);
  const lines = frame(session.state).split('\n');
  const titles = lines.findIndex((line) => line.includes('3 Trace'));
  assert.match(lines[titles] ?? '', /^─ 3 Trace 500 .*─ ─ ┃ 4 Drops 23 ┃ 5 /);
  assert.match(lines[titles + 1] ?? '', /^ KERNEL FUNCTION .* TIMESTAMP +REASON /);
  const selected = frame(session.press('4', 'j').state).split('\n')[titles + 2] ?? '';
  assert.equal(selected.indexOf('▸'), 90);
  assert.equal(isTraced(session.resize(179, 40).question), false);
});

test('the selection stays on its row when rows change places', () => {
  const session = watched().press('4').tick().press('j', 'j');
  const key = session.selected();
  const places = ['s', 'I'].map((sort) => session.press(sort).state.answer?.drops?.selected);
  assert.ok(places[0] !== places[1], `${places}`);
  assert.equal(session.selected(), key);
});
