import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../src/filter/parser.ts';
import type { DroppedPacket } from '../src/model/model.ts';
import { socketFilter } from '../src/panes/connections/follow.ts';
import { flowFilter } from '../src/panes/drops/follow.ts';
import { connectionRows, dropRow } from './fixtures/rows.ts';
import { Session } from './fixtures/session.ts';

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
      filter: session.question.filter,
      trace: session.question.trace,
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
  const inspector = new Session({ pane: 'drops' }).press('j', 'j', 'enter', 'x').state;
  assert.deepEqual(
    [inspector.focus, inspector.overlay, inspector.filter],
    ['trace', null, 'tcp 203.0.113.8:40023 ⇄ 192.168.100.100:443'],
  );
  const trace = new Session({ pane: 'trace' }).press('k', 'enter', 'x').state;
  assert.deepEqual([trace.overlay?.kind, trace.filter], ['inspector', '']);
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
  const filter = 'tcp 192.168.100.100:40001 ⇄ 203.0.113.2:5432 and netns 4026531840';
  const pane = new Session({ pane: 'connections' }).press('I', 'j', 'x').state;
  const inspector = new Session({ pane: 'connections' }).press('j', 'j', 'enter', 'x').state;
  assert.deepEqual(
    [inspector.focus, inspector.overlay, inspector.filter, inspector.message],
    ['trace', null, filter, 'traced: tcp 192.168.100.100:40001 → 203.0.113.2:5432'],
  );
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

test('the drops take the place of the trace while they have the keys: one of the two is asked for', () => {
  const session = new Session();
  const asked = () => {
    const { trace, views } = session.question;
    return { trace, rows: Object.entries(views).map(([name, view]) => `${name} ${view.rows}`) };
  };
  assert.deepEqual(asked(), { trace: true, rows: ['processes 9', 'connections 9', 'trace 13'] });
  session.press('4');
  assert.deepEqual(asked(), { trace: false, rows: ['processes 9', 'connections 9', 'trace 0', 'drops 13'] });
  session.press('enter');
  assert.equal(session.question.views.drops?.rows, 13);
  session.press('escape', 'tab');
  assert.equal(session.question.views.drops, undefined);
  session.press('4').resize(120, 8);
  assert.equal(session.question.views.drops, undefined);
});

test('the selection stays on its row when rows change places', () => {
  const session = new Session({ pane: 'drops' }).press('j', 'j');
  const key = session.selected();
  assert.equal(session.press('s', 'I').selected(), key);
});
