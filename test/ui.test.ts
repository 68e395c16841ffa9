import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaneName } from '../src/model/model.ts';
import { headerLines } from '../src/ui/header.ts';
import { layout } from '../src/ui/layout.ts';
import { titleLine } from '../src/ui/title.ts';
import { packetRow, processRows } from './fixtures/rows.ts';
import { Session } from './fixtures/session.ts';

test('the first question asks for what is on the screen', () => {
  assert.deepEqual(new Session({ filter: 'tcp' }).question, {
    filter: 'tcp',
    intervalMs: 1000,
    trace: true,
    frozen: false,
    wire: false,
    views: {
      processes: { sort: 'rate', descending: true, rows: 9, cursor: null },
      connections: { sort: 'rate', descending: true, rows: 9, cursor: null },
      trace: { sort: 'time', descending: false, rows: 13, cursor: null },
    },
    inspect: null,
    mark: null,
    closed: true,
    events: false,
    resets: 0,
  });
});

test('statistics alone ask for no trace', () => {
  const { question } = new Session({ statsOnly: true });
  assert.equal(question.trace, false);
  assert.deepEqual(Object.keys(question.views), ['processes', 'connections']);
});

test('on a low screen only the focused pane has rows, and the trace runs when it is that', () => {
  const session = new Session({ rows: 20 });
  const rows = () => Object.values(session.question.views).map((view) => view.rows);
  assert.deepEqual({ rows: rows(), trace: session.question.trace }, { rows: [13, 0, 0], trace: false });
  session.press('3');
  assert.deepEqual({ rows: rows(), trace: session.question.trace }, { rows: [0, 0, 13], trace: true });
  session.resize(120, 8);
  assert.deepEqual({ rows: rows(), trace: session.question.trace }, { rows: [0, 0, 0], trace: false });
});

test('Tab goes round the panes, numbers go to them', () => {
  const session = new Session();
  const focus = (key: string) => session.press(key).state.focus;
  assert.deepEqual(['tab', 'tab', 'tab', 'tab', 'shift-tab', '2', '9'].map(focus), [
    'connections',
    'trace',
    'drops',
    'processes',
    'drops',
    'connections',
    'connections',
  ]);
});

test('moves add up before an answer comes, and the answer names the row', () => {
  const session = new Session().quickly('j', 'j', 'pagedown');
  assert.deepEqual(session.state.cursors.processes, { index: 9 });
  session.tick();
  const { key } = session.world.processes.toReversed().at(-10) ?? {};
  assert.ok(key);
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
  const session = new Session().press('j', 'j', 'j');
  const key = session.selected();
  session.press('s', 's', 's', 'I');
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
  assert.equal(session.question.frozen, true);
  session.press('space');
  assert.deepEqual([session.question.frozen, session.state.cursors.trace], [false, null]);
});

test('a filter is in force as soon as it parses, and Esc undoes it', () => {
  const session = new Session({ filter: 'tcp' }).press('/');
  const filters = [...'port 443'].map((key) => session.press(key === ' ' ? 'space' : key).question.filter);
  assert.deepEqual(filters, ['tcp', 'tcp', 'tcp', 'tcp', 'tcp', 'port 4', 'port 44', 'port 443']);
  session.press('escape');
  assert.deepEqual([session.question.filter, session.state.prompt], ['tcp', null]);
});

test('/ begins anew: ↑ brings the filter back for editing, Enter on nothing clears it', () => {
  const session = new Session({ filter: 'tcp' }).press('/');
  assert.deepEqual([session.state.prompt?.text, session.question.filter], ['', 'tcp']);
  session.press('up').type(' and port 1').press('enter');
  assert.equal(session.question.filter, 'tcp and port 1');
  assert.equal(session.press('/', 'enter').question.filter, '');
});

test('a process whose name begins a keyword is looked for at Enter', () => {
  const session = new Session().press('/').type('po');
  assert.equal(session.question.filter, '');
  assert.equal(session.press('enter').question.filter, 'po');
});

test('Enter keeps a filter, and keeps a prompt open on one that does not parse', () => {
  const session = new Session().press('/').type('port x').press('enter');
  assert.deepEqual(session.state.prompt?.problem, {
    message: 'filter: port "x" is not a number from 0 to 65535 (at column 6)',
    at: 5,
  });
  session.press('backspace', '8', 'enter');
  assert.deepEqual([session.question.filter, session.state.prompt], ['port 8', null]);
});

test('a term that would make the filter another one is refused, and so is a filter that gets too long', () => {
  const session = new Session({ filter: 'tcp' }).press('p').type('80||81');
  const { prompt, filter } = session.state;
  assert.deepEqual([prompt?.problem?.message, filter], ['one port, please', 'tcp and port 80']);
  const longest = `process ${'x'.repeat(992)}`;
  const full = new Session({ filter: longest }).press('p').type('80').press('enter');
  assert.deepEqual([full.state.prompt?.problem?.at, full.question.filter], [0, longest]);
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
    titleLine(state, pane, 0)
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
  assert.equal(session.question.filter, 'port 443 and host ::1');
  session.press('p').type('80').press('enter');
  assert.equal(session.question.filter, 'host ::1 and port 80');
  session.press('p').type('80 or 90');
  assert.deepEqual(session.state.prompt?.problem, { message: 'one port, please', at: 2 });
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
  assert.equal(session.question.filter, '');
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
  assert.deepEqual([session.question.closed, session.state.message], [false, 'closed connections hidden']);
  session.press('c');
  assert.deepEqual([session.question.closed, session.state.message], [true, 'closed connections shown']);
});

test('z asks for totals from zero', () => {
  const session = new Session().press('z', 'z');
  assert.deepEqual([session.question.resets, session.state.message], [2, 'totals set to zero']);
  assert.equal(session.press('j').state.message, '');
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
