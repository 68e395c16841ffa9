import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame } from '../fixtures/frame.tsx';
import { watched } from '../fixtures/replay.ts';
import type { Session } from '../fixtures/session.ts';

const HOST = 'host:192.0.2.2';

const open = (presses: number, filter = ''): Session =>
  watched({ pane: 'connections', filter }).press(...Array<string>(presses).fill('t'));

test('t in the connections pane walks through what they are put together by, and back', () => {
  const session = watched({ pane: 'connections' });
  const seen = Array.from({ length: 7 }, () => {
    const { state, question } = session.press('t');
    return [state.message, question.views.connections?.group];
  });
  assert.deepEqual(seen, [
    ['Connections by remote host', 'host'],
    ['Connections by network', 'network'],
    ['Connections by port', 'port'],
    ['Connections by process', 'process'],
    ['Connections by container', 'container'],
    ['Connections by state', 'state'],
    ['Connections', undefined],
  ]);
});

test('Enter opens a group on the connections in it', () => {
  const session = open(1).press('j', 'enter');
  assert.deepEqual(session.question.inspect, { pane: 'connections', key: HOST });
  const { inspection } = session.state.answer ?? assert.fail();
  assert.ok(inspection?.pane === 'connections' && 'allConnections' in inspection);
  assert.equal(inspection.allConnections, inspection.row.group?.connections);
  assert.deepEqual(
    new Set(inspection.connections.map(({ remoteAddress }) => remoteAddress)),
    new Set(['192.0.2.2']),
  );
});

/** Without the numbers of processes, which each recorded run has its own. */
const numberless = (filter: string): string => filter.replace(/pid \d+/g, 'pid N');

test('x on a group goes to the packets of all its connections, where a filter tells them', () => {
  const followed = (presses: number, ...keys: string[]) => {
    const { state, filter } = open(presses).press(...keys, 'x');
    return [state.focus, numberless(filter), state.message];
  };
  assert.deepEqual(followed(1, 'j'), ['trace', 'host 192.0.2.2', 'traced: host 192.0.2.2']);
  assert.deepEqual(followed(2, 'j'), ['trace', 'net 192.0.2.0/24', 'traced: network 192.0.2.0/24']);
  assert.deepEqual(followed(3, 'j'), ['trace', 'tcp and port 8080', 'traced: port tcp/8080']);
  assert.deepEqual(followed(4, 'j'), ['trace', 'pid N', 'traced: process nginx']);
  assert.deepEqual(followed(5, 'j', 'j'), [
    'trace',
    'pid N or pid N',
    'traced: container shop-web-1 (registry.example/shop/web:4.2)',
  ]);
  assert.deepEqual(followed(6, 'j'), [
    'connections',
    '',
    'no filter tells the packets of this state: Enter lists its connections',
  ]);
});

test('H opens histograms: of all, of the selected group, of the selected process', () => {
  const keyOf = (session: Session) => session.press('H').question.inspect;
  assert.deepEqual(keyOf(watched({ pane: 'connections' })), { pane: 'distribution', key: 'all:' });
  assert.deepEqual(keyOf(open(1).press('j')), { pane: 'distribution', key: HOST });
  const session = watched().press('j');
  assert.deepEqual(keyOf(session), { pane: 'distribution', key: `process:${session.selected('processes')}` });
  assert.match(frame(session.state), /process nginx \(\d+\): \d+ connections/);
  assert.equal(session.press('escape').state.overlay, null);
  const tree = watched().press('t', 't', 't', 't', 'j', 'H');
  assert.equal(tree.state.message, 'no histograms of a process with those below it');
  assert.equal(
    watched({ pane: 'trace' }).press('H').state.message,
    'there are histograms of connections and of processes',
  );
});

test('histograms of a group of processes are of the connections that they have', () => {
  const session = watched().press('t', 'j', 'j', 'H');
  const { inspection } = session.state.answer ?? assert.fail();
  assert.ok(inspection?.pane === 'distribution');
  const { by, name, retransmits } = inspection.row.group ?? assert.fail();
  assert.deepEqual([by, name], ['container', 'shop-web-1 (registry.example/shop/web:4.2)']);
  assert.deepEqual(retransmits, [{ below: 1, count: 2 }]);
});

test('the filter comes before the groups', () => {
  const total = (filter: string) => {
    const rows = open(6, filter).state.answer?.connections?.rows ?? [];
    return rows.map(({ group }) => group?.name).sort();
  };
  assert.deepEqual(total('port 5432'), ['ESTABLISHED', 'LISTEN']);
  assert.deepEqual(total('port 1'), []);
});

test('names of hosts and services stand in the place of addresses and ports', () => {
  const named = (presses: number, key: string, names: object) => {
    const session = open(presses).press(key);
    const { state } = session;
    const answer = state.answer ?? assert.fail();
    const known = { hosts: {}, services: {}, problem: null, ...names };
    return frame({ ...state, answer: { ...answer, names: known } });
  };
  assert.match(named(1, 'n', { hosts: { '192.0.2.2': 'web.example.net' } }), /^ web\.example\.net /m);
  assert.match(named(3, 'N', { services: { 'tcp/8080': 'http-alt' } }), /^ tcp\/8080 http-alt /m);
});

test('keys that are pressed before the rows of a grouping come mean its rows', () => {
  const session = watched({ pane: 'connections' });
  session.quickly('t', 't', 't', 'j');
  assert.equal(session.look().look().selected(), 'port:tcp/8080');
  session.quickly('t', 'j');
  assert.match(session.look().look().selected() ?? '', /^process:/);
});
