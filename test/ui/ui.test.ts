import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaneName } from '../../src/model/model.ts';
import { headerLines } from '../../src/ui/header.ts';
import { layout } from '../../src/ui/layout.ts';
import { titleLine } from '../../src/ui/title.ts';
import { isTraced } from '../../src/views/trace/traces.ts';
import { frame } from '../fixtures/frame.tsx';
import { watched } from '../fixtures/replay.ts';
import { packetRow, processRows } from '../fixtures/rows.ts';
import { Session } from '../fixtures/session.ts';

test('the first question asks for what is on the screen', () => {
  assert.deepEqual(new Session({ filter: 'tcp' }).question, {
    filter: { kind: 'range', fields: ['protocol'], low: 6, high: 6 },
    intervalMs: 1000,
    views: {
      processes: { sort: 'rate', descending: true, rows: 9, cursor: null },
      connections: { sort: 'rate', descending: true, rows: 9, cursor: null, closed: true },
      trace: {
        sort: 'time',
        descending: false,
        rows: 13,
        cursor: null,
        isTraced: true,
        isFrozen: false,
        mark: null,
      },
      drops: { sort: 'perSecond', descending: true, rows: 0, cursor: null },
      alerts: { sort: 'state', descending: false, rows: 0, cursor: null },
    },
    inspect: null,
    resets: 0,
  });
});

test('statistics alone ask for no trace', () => {
  const { question } = new Session({ statsOnly: true });
  assert.deepEqual(Object.keys(question.views), ['processes', 'connections', 'alerts']);
});

test('on a low screen only the focused pane has rows, and the trace runs when it is that', () => {
  const session = new Session({ rows: 20 });
  const rows = () => Object.values(session.question.views).map((view) => 'rows' in view && view.rows);
  assert.deepEqual(
    { rows: rows(), trace: isTraced(session.question) },
    { rows: [13, 0, 0, 0, 0], trace: false },
  );
  session.press('3');
  assert.deepEqual(
    { rows: rows(), trace: isTraced(session.question) },
    { rows: [0, 0, 13, 0, 0], trace: true },
  );
  session.resize(120, 8);
  assert.deepEqual(
    { rows: rows(), trace: isTraced(session.question) },
    { rows: [0, 0, 0, 0, 0], trace: false },
  );
});

test('below 40 rows the pane with the keys has what the others do without', () => {
  const session = new Session({ columns: 80, rows: 24 });
  const rows = () => Object.values(session.question.views).map((view) => 'rows' in view && view.rows);
  assert.deepEqual(rows(), [9, 3, 3, 0, 0]);
  assert.deepEqual(
    [session.press('2') && rows(), session.press('4') && rows()],
    [
      [3, 9, 3, 0, 0],
      [3, 3, 0, 9, 0],
    ],
  );
});

test('z gives the pane with the keys the whole screen, whichever that is, and back', () => {
  const session = new Session().press('3', 'z');
  const rows = () => Object.values(session.question.views).map((view) => 'rows' in view && view.rows);
  assert.deepEqual(rows(), [0, 0, 35, 0, 0]);
  assert.match(
    frame(session.state),
    /^━ 1 (Processes )?42 │ 2 (Connections )?318 ┃ 3 Trace 500 ┃ 4 (Drops )?1\.9k\/s ▲ │ 5 /m,
  );
  assert.deepEqual([session.press('2') && rows(), isTraced(session.question)], [[0, 35, 0, 0, 0], false]);
  session.press('z');
  assert.deepEqual([rows(), isTraced(session.question)], [[9, 9, 13, 0, 0], true]);
});

test('Tab goes round the panes, numbers go to them', () => {
  const session = new Session();
  const focus = (key: string) => session.press(key).state.focus;
  assert.deepEqual(['tab', 'tab', 'tab', 'tab', 'shift-tab', '2', '0'].map(focus), [
    'connections',
    'trace',
    'drops',
    'requests',
    'drops',
    'connections',
    'connections',
  ]);
});

test('moves add up before an answer comes, and the answer names the row', () => {
  const session = new Session().quickly('j', 'j', 'pagedown');
  assert.deepEqual(session.state.cursors.processes, { index: 9 });
  session.tick();
  assert.equal(session.selected(), session.world.processes[9]?.key);
  assert.equal(session.selected(), session.state.answer?.processes?.selectedKey);
  session.press('k');
  assert.equal(session.state.answer?.processes?.selected, 8);
});

test('moves stop at both ends', () => {
  const session = new Session().press('G');
  assert.equal(session.state.answer?.processes?.selected, 41);
  assert.equal(session.press('j', 'j').state.answer?.processes?.selected, 41);
  assert.equal(session.press('g', 'k', 'pageup').state.answer?.processes?.selected, 0);
});

test('the selection stays on its process when the rows change places', () => {
  const session = watched().press('j', 'j', 'j');
  const key = session.selected();
  const places = ['s', 's', 's', 'I'].map((sort) => session.press(sort).state.answer?.processes?.selected);
  assert.ok(new Set(places).size > 1, `${places}`);
  assert.equal(session.selected(), key);
  assert.equal(session.state.answer?.processes?.selectedKey, key);
});

test('when the selected process is gone, a move goes on from its place', () => {
  const session = new Session().press('j', 'j', 'j');
  session.world.processes = session.world.processes.filter((row) => row.key !== session.selected());
  assert.equal(session.tick().state.answer?.processes?.selected, null);
  assert.equal(session.press('j').state.answer?.processes?.selected, 3);
});

test('the trace follows its live end until a packet is selected; G follows again', () => {
  const session = new Session({ pane: 'trace' });
  const first = () => session.tick().state.answer?.trace?.first;
  assert.equal(first(), 487);
  assert.equal(session.press('k').selected(), '499');
  session.press('k', 'pageup');
  const key = session.selected();
  session.world.packets.push(packetRow(500), packetRow(501));
  assert.equal(session.tick().selected(), key);
  session.press('G');
  assert.equal(session.state.cursors.trace, null);
  assert.equal(first(), 489);
});

test('a selected packet that is no longer held gives way to the live end', () => {
  const session = new Session({ pane: 'trace' }).press('g');
  assert.equal(session.selected(), '0');
  session.world.packets.shift();
  assert.equal(session.tick().state.cursors.trace, null);
});

test('Space freezes, Space again goes on at the live end', () => {
  const session = new Session({ pane: 'trace' }).press('space', 'k', 'k');
  assert.equal(session.question.views.trace?.isFrozen, true);
  session.press('space');
  assert.deepEqual([session.question.views.trace?.isFrozen, session.state.cursors.trace], [false, null]);
});

test('a filter is in force as soon as it parses, and Esc undoes it', () => {
  const session = new Session({ filter: 'tcp' }).press('/');
  const filters = [...'port 443'].map((key) => session.press(key === ' ' ? 'space' : key).filter);
  assert.deepEqual(filters, ['tcp', 'tcp', 'tcp', 'tcp', 'tcp', 'port 4', 'port 44', 'port 443']);
  session.press('escape');
  assert.deepEqual([session.filter, session.state.prompt], ['tcp', null]);
});

test('/ begins anew: ↑ brings the filter back for editing, Enter on nothing clears it', () => {
  const session = new Session({ filter: 'tcp' }).press('/');
  assert.deepEqual([session.state.prompt?.text, session.filter], ['', 'tcp']);
  session.press('up').type(' and port 1').press('enter');
  assert.equal(session.filter, 'tcp and port 1');
  assert.equal(session.press('/', 'enter').filter, '');
});

test('a process whose name begins a keyword is looked for at Enter', () => {
  const session = new Session().press('/').type('po');
  assert.equal(session.filter, '');
  assert.equal(session.press('enter').filter, 'po');
});

test('Enter keeps a filter, and keeps a prompt open on one that does not parse', () => {
  const session = new Session().press('/').type('port x').press('enter');
  assert.deepEqual(session.state.prompt?.problem, {
    message: 'filter: port "x" is not a number from 0 to 65535 (at column 6)',
    at: 5,
  });
  session.press('backspace', '8', 'enter');
  assert.deepEqual([session.filter, session.state.prompt], ['port 8', null]);
});

test('a term that would make the filter another one is refused, and so is a filter that gets too long', () => {
  const session = new Session({ filter: 'tcp' }).press('p').type('80||81');
  const { prompt } = session.state;
  assert.deepEqual([prompt?.problem?.message, session.filter], ['expected a single port', 'tcp and port 80']);
  const longest = `process ${'x'.repeat(992)}`;
  const full = new Session({ filter: longest }).press('p').type('80').press('enter');
  assert.deepEqual([full.state.prompt?.problem?.at, full.filter], [0, longest]);
});

test('a filter too long for the screen is cut in the middle, at every size that shows a header', () => {
  const filter =
    'tcp [2001:db8:1:2:3:4:5:6]:42370 ⇄ [2001:db8:1:2:3:4:5:7]:8080 and netns 4026531840 and not port 22';
  for (const [columns, rows] of [
    [200, 50],
    [120, 40],
    [80, 24],
    [60, 15],
    [40, 10],
  ] as const) {
    const { state } = new Session({ columns, rows, filter });
    const { header } = layout(state);
    const text = headerLines(state, header).map((spans) => spans.map((span) => span.text).join(''));
    assert.ok(
      header === 0 || /filter: tcp.*(…|and not).*port 22/.test(text.join('\n')),
      `${columns}: ${text}`,
    );
  }
});

test('terms that sockets do not tell are in the titles of their panes, and in no other', () => {
  const { state } = new Session({ filter: 'port 443 and (iface eth0 or len > 9000)' });
  const title = (pane: PaneName) =>
    titleLine(state, { tabs: [pane], shown: pane, columns: 120, lines: 9 }, 0)
      .map((span) => span.text)
      .join('');
  assert.match(title('connections'), / not judged here: iface eth0, len >= 9001 /);
  assert.match(title('processes'), / not judged here: iface eth0, len >= 9001 /);
  assert.doesNotMatch(title('trace'), /not judged/);
});

test('what opened the help closes it', () => {
  for (const key of ['?', 'h', 'f1']) {
    const session = new Session().press(key);
    assert.equal(session.state.overlay?.kind, 'help');
    assert.equal(session.press(key).state.overlay, null, key);
  }
});

test('i and p build the filter, one term each', () => {
  const session = new Session().press('p').type('443').press('enter', 'i').type('::1').press('enter');
  assert.equal(session.filter, 'port 443 and host ::1');
  session.press('p').type('80').press('enter');
  assert.equal(session.filter, 'host ::1 and port 80');
  session.press('p').type('80 or 90');
  assert.deepEqual(session.state.prompt?.problem, { message: 'expected a single port', at: 2 });
  session.press('escape', 'i').type('1.2.3');
  assert.match(session.state.prompt?.problem?.message ?? '', /1\.2\.3/);
});

test('a line is edited as in a shell, and takes no control characters', () => {
  const session = new Session().press('/').type('tcp port 80');
  const edited = (...keys: string[]) => session.quickly(...keys).state.prompt?.text;
  assert.equal(edited('ctrl-w'), 'tcp port ');
  assert.equal(edited('home', 'delete', 'x'), 'xcp port ');
  assert.equal(edited('right', 'ctrl-k'), 'xc');
  assert.equal(edited('left', 'backspace', 'end', '日', 'left', 'right'), 'c日');
  assert.equal(edited('ctrl-u', 'tab', 'f1', 'ctrl-a'), '');
});

test('Esc clears the filter, then the selection', () => {
  const session = new Session({ filter: 'nginx' }).press('j', 'escape');
  assert.equal(session.filter, '');
  assert.notEqual(session.selected(), null);
  assert.equal(session.press('escape').state.cursors.processes, null);
});

test('sorting goes through the columns, each first in its own direction', () => {
  const session = new Session();
  const sort = (key: string) => Object.values(session.press(key).state.sorts.processes).join(' ');
  assert.deepEqual(['s', '>', 'S', '<', '<', '<', 'I'].map(sort), [
    'rxRate true',
    'txRate true',
    'rxRate true',
    'rate true',
    'connections true',
    'process false',
    'process true',
  ]);
  const { state } = new Session({ pane: 'trace' }).press('s');
  assert.deepEqual(
    [state.sorts.trace, state.message],
    [{ column: 'time', descending: false }, 'the trace is in order of time'],
  );
});

test('the interval goes up and down its steps', () => {
  const session = new Session();
  const interval = (key: string) => session.press(key).question.intervalMs;
  assert.deepEqual(['+', '+', '+', '+', '-'].map(interval), [2000, 5000, 10_000, 10_000, 5000]);
  for (let press = 0; press < 9; press++) session.press('-');
  assert.deepEqual([session.question.intervalMs, session.state.message], [100, 'interval 0.1 s']);
});

test('c hides closed connections and shows them again', () => {
  const session = new Session().press('c');
  assert.deepEqual(
    [session.question.views.connections?.closed, session.state.message],
    [false, 'closed connections hidden'],
  );
  session.press('c');
  assert.deepEqual(
    [session.question.views.connections?.closed, session.state.message],
    [true, 'closed connections shown'],
  );
});

test('Z asks for totals from zero, and u for those before', () => {
  const session = new Session().press('u');
  assert.deepEqual([session.question.resets, session.state.message], [0, 'no totals to bring back']);
  session.press('Z', 'Z');
  assert.deepEqual([session.question.resets, session.state.message], [2, 'totals set to zero; u: as before']);
  assert.equal(session.press('j').state.message, '');
  session.press('u');
  assert.deepEqual([session.question.resets, session.state.message], [1, 'totals as before']);
  assert.deepEqual(
    [session.press('u').question.resets, session.state.message],
    [1, 'no totals to bring back'],
  );
});

test('the inspector opens on the selected row, or on the one where a move would begin', () => {
  const session = new Session().press('j', 'j', 'enter');
  assert.deepEqual(session.question.inspect, { pane: 'processes', key: session.selected() });
  assert.equal(session.press('escape').question.inspect, null);
  assert.deepEqual(new Session({ pane: 'trace' }).press('enter').question.inspect, {
    pane: 'trace',
    key: '499',
  });
  const nothing = new Session({ world: { processes: [] } }).press('enter');
  assert.deepEqual([nothing.question.inspect, nothing.state.message], [null, 'no row to inspect']);
});

test('an overlay scrolls within its lines and any of its keys closes it', () => {
  const session = new Session({ columns: 80, rows: 24 }).press('?');
  const scroll = (key: string) => session.press(key).state.overlay?.scroll;
  const end = scroll('G') ?? 0;
  assert.ok(end > 0);
  assert.deepEqual(['down', 'up', 'g', 'up', 'pagedown'].map(scroll), [end, end - 1, 0, 0, 20]);
  for (const key of ['escape', 'q', 'enter', '?'])
    assert.equal(session.press('?', key).state.overlay, null, key);
});

test('while the source has not answered, keys do no harm', () => {
  const session = new Session({ world: { processes: processRows(0) } });
  session.state = { ...session.state, answer: null };
  session.quickly('j', 'k', 'g', 'G', 'enter', 'pagedown', 's', 'space', '?', 'escape');
  assert.equal(session.state.cursors.processes, null);
});
