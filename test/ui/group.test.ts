import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_FILTER } from '../../src/filter/filter.ts';
import type { Answer } from '../../src/model/question.ts';
import { reduce } from '../../src/ui/reducer.ts';
import { frame } from '../fixtures/frame.tsx';
import { journeyPackets } from '../fixtures/journeys.ts';
import { watched } from '../fixtures/replay.ts';
import { packetRow } from '../fixtures/rows.ts';
import { Session } from '../fixtures/session.ts';

const open = () => new Session({ pane: 'trace', world: { packets: journeyPackets() } });

test('t groups the trace by packet, and back; the selection stays on its packet', () => {
  const session = open().press('g', 'j', 'j', 't');
  assert.deepEqual(
    [session.state.focus, session.selected(), Object.keys(session.question.views)],
    ['journeys', '100', ['processes', 'connections', 'journeys', 'drops', 'alerts']],
  );
  assert.equal(session.question.views.journeys?.isTraced, true);
  session.press('j', 't');
  assert.deepEqual([session.state.focus, session.selected()], ['trace', '200']);
});

test('an answer to an earlier question does not move the selection', () => {
  for (const keys of [['k'], ['k', 't']]) {
    const session = open().press(...keys, 'k', 'k');
    const { answer } = session.state;
    session.quickly('k');
    const key = session.selected();
    session.state = reduce(session.state, { type: 'answer', answer: answer as Answer }, () => NO_FILTER);
    assert.equal(session.selected(), key);
  }
  const session = open().press('t');
  const { answer } = session.state;
  session.quickly('g');
  session.state = reduce(session.state, { type: 'answer', answer: answer as Answer }, () => NO_FILTER);
  assert.equal(session.tick().selected(), '100');
});

test('from another pane t groups the trace without going there', () => {
  const session = open().press('4', 't');
  assert.deepEqual([session.state.focus, session.state.panes[2]], ['drops', 'journeys']);
  assert.equal(session.press('3').state.focus, 'journeys');
});

test('the grouped trace follows its live end, freezes, and has no other order', () => {
  const session = open().press('t');
  session.world.packets.push({ ...packetRow(0), key: '700', packet: '2000' });
  assert.equal(session.tick().state.answer?.journeys?.rows.at(-1)?.key, '700');
  session.press('k');
  assert.equal(session.selected(), '700');
  assert.equal(session.press('space').question.views.journeys?.isFrozen, true);
  assert.deepEqual(
    [session.press('space').state.cursors.journeys, session.press('s').state.message],
    [null, 'the trace is in order of time'],
  );
});

test('a filter shows the packets of which an event matches', () => {
  const session = watched({ pane: 'trace' }).press('t', '/').type('drop').press('enter');
  const { rows = [], total = 0 } = session.state.answer?.journeys ?? {};
  assert.ok(total > 20 && rows.length === 13, `${rows.length} of ${total}`);
  for (const { functions, result } of rows)
    assert.ok(functions > 1 && result === 'dropped', `${functions} ${result}`);
});

test('Enter opens a packet’s path, any closing key leaves it', () => {
  const session = open().press('t', 'g', 'enter');
  assert.deepEqual(session.question.inspect, { pane: 'journeys', key: '100' });
  for (const key of ['q', 'escape']) assert.equal(session.press('enter', key).state.overlay, null, key);
});

test('d marks a packet, d on another compares the two, d on the marked one takes the mark away', () => {
  const session = open().press('t', 'g', 'd');
  assert.deepEqual(
    [session.state.mark, session.question.views.journeys?.mark, session.state.message],
    [{ key: '100', packet: '1001' }, '100', 'marked; d on another packet compares the two'],
  );
  session.press('j', 'd');
  assert.deepEqual(session.question.inspect, { pane: 'comparison', key: '200' });
  assert.equal(session.press('q').state.overlay, null);
  assert.deepEqual([session.press('k', 'd').state.mark, session.state.message], [null, 'mark taken away']);
});

test('in the plain trace d means the packet of the selected row, at whatever function', () => {
  const session = open().press('g', 'd', 'j', 'd');
  assert.equal(session.state.mark, null);
  const { mark } = session.press('d', 'pagedown', 'd').state;
  assert.deepEqual([session.question.inspect?.pane, mark?.key], ['comparison', '101']);
});

test('packets without identity are told apart by their events', () => {
  const packets = journeyPackets().map((row) => ({ ...row, packet: '' }));
  const session = new Session({ pane: 'trace', world: { packets } }).press('g', 'd', 'j', 'd');
  assert.deepEqual(session.question.inspect, { pane: 'comparison', key: '101' });
});

test('Esc clears the filter, then the mark, then the selection', () => {
  const session = open().press('t', 'g', 'd', '/').type('tcp').press('enter');
  const left = () => [session.filter, session.state.mark?.key ?? null, session.selected()];
  const seen = [left()];
  for (let press = 0; press < 3; press++) {
    session.press('escape');
    seen.push(left());
  }
  assert.deepEqual(seen, [
    ['tcp', '100', '100'],
    ['', '100', '100'],
    ['', null, '100'],
    ['', null, null],
  ]);
});

test('there is nothing to mark outside the trace', () => {
  const { state } = open().press('1', 'd');
  assert.deepEqual([state.mark, state.message], [null, 'no packet to mark: select one in the trace']);
});

test('x on a drop goes to the trace as it is shown', () => {
  const { state } = open().press('t', '4', 'x');
  assert.deepEqual([state.focus, state.cursors.journeys], ['journeys', null]);
});

test('t in the processes pane walks through what they are put together by, and back', () => {
  const session = watched();
  const seen = Array.from({ length: 6 }, () => {
    const { state, question } = session.press('t');
    return [state.message, question.views.processes?.group, state.answer?.processes?.total];
  });
  assert.deepEqual(seen, [
    ['Processes by container', 'container', 3],
    ['Processes by systemd unit', 'unit', 5],
    ['Processes by user', 'user', 7],
    ['Processes by parent', 'tree', 22],
    ['Processes by name', 'name', 19],
    ['Processes', undefined, 20],
  ]);
});

test('a sort that a grouping has no column for gives way; one that it has stays', () => {
  const session = new Session();
  while (session.state.sorts.processes.column !== 'pid') session.press('s');
  assert.equal(session.press('t').state.sorts.processes.column, 'rate');
  session.press('s', 't');
  assert.equal(session.state.sorts.processes.column, 'rxRate');
});

test('Enter opens a group on its processes', () => {
  const session = watched().press('t', 'j', 'j', 'enter');
  const key = session.selected('processes');
  assert.deepEqual(session.question.inspect, { pane: 'processes', key });
  const { inspection } = session.state.answer ?? assert.fail();
  assert.ok(inspection?.pane === 'processes');
  assert.deepEqual(
    [inspection.row.process, inspection.processes.map(({ process }) => process).sort()],
    ['shop-web-1 (registry.example/shop/web:4.2)', ['node', 'redis-server']],
  );
});

test('title and columns are those of the rows until the rows of the new grouping come', () => {
  const session = watched();
  const titles = () => frame(session.state).split('\n')[2];
  const before = titles();
  session.quickly('t');
  assert.equal(titles(), before);
  assert.match(session.look() && (titles() ?? ''), /Processes by container 3/);
});
