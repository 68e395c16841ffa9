import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Launched, launch, settled } from '../fixtures/pty.ts';

const entry = fileURLToPath(new URL('../fixtures/ui-entry.ts', import.meta.url));
const TITLES = [/1 Processes \d+/, /2 Connections \d+/, /3 Trace \d/];

interface Start {
  mode?: string;
  columns?: number;
  rows?: number;
}

async function start(t: TestContext, { mode = '', columns = 120, rows = 40 }: Start = {}): Promise<Launched> {
  const ui = launch(process.execPath, ['--import', 'tsx', entry, mode], { columns, rows });
  t.after(ui.close);
  await ui.until((screen) => screen.some((line) => / q quit$/.test(line)) && /rx/.test(screen[0] ?? ''));
  return ui;
}

const selected = (screen: string[]) => screen.filter((line) => line.startsWith('▸'));
const has = (pattern: RegExp) => (screen: string[]) => screen.some((line) => pattern.test(line));

/** What a user finds after nettop: the shell's screen, a cursor, lines that wrap, plain paste. */
async function assertRestored(ui: Launched): Promise<void> {
  await settled(ui.terminal);
  const { modes, buffer } = ui.terminal;
  const cursorHidden = ui.raw().lastIndexOf('\x1b[?25l') > ui.raw().lastIndexOf('\x1b[?25h');
  assert.deepEqual(
    {
      buffer: buffer.active.type,
      wraparound: modes.wraparoundMode,
      bracketedPaste: modes.bracketedPasteMode,
      synchronized: modes.synchronizedOutputMode,
      cursorHidden,
      noises: ui.noises,
    },
    {
      buffer: 'normal',
      wraparound: true,
      bracketedPaste: false,
      synchronized: false,
      cursorHidden: false,
      noises: [],
    },
  );
}

test('a screen that shrinks is not painted in its old size any more', async (t) => {
  const ui = await start(t, { columns: 100, rows: 30 });
  for (let round = 0; round < 3; round++) {
    ui.resize(300, 90);
    await ui.until((screen) => screen.length === 90 && / q quit$/.test(screen[89] ?? ''));
    const before = ui.raw().length;
    ui.resize(100, 30);
    ui.write('jk');
    await ui.until((screen) => screen.length === 30 && / q quit$/.test(screen[29] ?? ''));
    const frames = ui.raw().slice(before).split('\x1b[?2026h');
    const old = frames.map((frame) => [...frame.matchAll(/\[(\d+);1H/g)].some(([, row]) => Number(row) > 30));
    // One may have been on its way.
    assert.ok(old.lastIndexOf(true) <= 1, `old frames: ${old}`);
  }
});

test('three panes, keys, filter, inspector, help, resize; q puts the terminal back', async (t) => {
  const ui = await start(t);
  const first = ui.screen();
  for (const title of TITLES) assert.ok(has(title)(first), `${title}\n${first.join('\n')}`);

  ui.write('jj');
  await ui.until(has(/Processes 2\/\d+ /));
  const [pid] = /^▸ +\d+ /.exec(selected(ui.screen())[0] ?? '') ?? assert.fail();
  ui.write('s');
  await ui.until(has(/Processes \d+\/\d+ .*sort rx\/s ▾/));
  assert.equal(selected(ui.screen())[0]?.slice(0, pid.length), pid);

  ui.write('\t\t');
  await ui.until(has(/━ ┃ 3 Trace \d{2,}/));
  ui.write('\x1b[A');
  await ui.until((screen) => /^▸\w+ .* \d+:\d+:\d+\.\d+ /.test(selected(screen)[1] ?? ''));
  ui.write('\r');
  await ui.until(has(/Path of this packet/));
  ui.write('\x1b');
  await ui.until(has(/━ ┃ 3 Trace/));

  ui.write('/port abc');
  await ui.until(has(/\^ port "abc" is not a number/));
  ui.write('\x15port 5432');
  await ui.until(has(/Connections 3 /));
  ui.write('\r');
  await ui.until(has(/filter: port 5432/));
  ui.write('\x1b');
  await ui.until(has(/Connections \d{2,} /));

  ui.write('?');
  await ui.until(has(/paint the screen again/));
  ui.write('q');
  ui.write(' ');
  await ui.until(has(/FROZEN \+\d/));

  ui.resize(80, 24);
  await ui.until((screen) => screen.length === 24 && / q quit$/.test(screen[23] ?? ''));
  ui.resize(30, 8);
  await ui.until((screen) => /too small/.test(screen[0] ?? ''));
  ui.resize(200, 50);
  await ui.until((screen) => / q quit$/.test(screen[49] ?? ''));

  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
  await assertRestored(ui);
  assert.equal(ui.screen()[0], 'bye');
});

test('Ctrl-C puts the terminal back, even from a prompt', async (t) => {
  const ui = await start(t);
  ui.write('/');
  await ui.until(has(/^ filter:/));
  ui.write('\x03');
  assert.equal((await ui.exited).exitCode, 0);
  await assertRestored(ui);
});

for (const signal of [
  'SIGTERM',
  'SIGQUIT',
  'SIGUSR2',
  'SIGALRM',
  'SIGXCPU',
  'SIGVTALRM',
  'SIGPWR',
] as const) {
  const code = 128 + constants.signals[signal];
  test(`${signal} puts the terminal back and exits with ${code}`, async (t) => {
    const ui = await start(t);
    ui.process.kill(signal);
    assert.equal((await ui.exited).exitCode, code);
    await assertRestored(ui);
  });
}

for (const [mode, message] of [
  ['source-failure', 'nettop: the worker is gone'],
  ['throw', 'nettop: thrown by accident'],
] as const) {
  test(`a crash (${mode}) puts the terminal back before it is reported`, async (t) => {
    const ui = await start(t, { mode });
    ui.process.kill('SIGURG');
    assert.equal((await ui.exited).exitCode, 70);
    await assertRestored(ui);
    assert.equal(ui.screen()[0], message);
  });
}

test('an exit that nobody announced puts the terminal back', async (t) => {
  const ui = await start(t, { mode: 'exit' });
  ui.process.kill('SIGURG');
  assert.equal((await ui.exited).exitCode, 3);
  await assertRestored(ui);
});

test('a stop gives the terminal back, going on takes it again', async (t) => {
  const ui = await start(t);
  ui.process.kill('SIGTSTP');
  await ui.until(() => /\) T /.test(readFileSync(`/proc/${ui.process.pid}/stat`, 'utf8')));
  await assertRestored(ui);
  ui.process.kill('SIGCONT');
  await ui.until(has(TITLES[0] ?? /never/));
  assert.equal(ui.terminal.buffer.active.type, 'alternate');
  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
  await assertRestored(ui);
});

test('names made to hurt a terminal stay text in their column', async (t) => {
  const ui = await start(t, { mode: 'hostile' });
  const screen = await ui.until(has(/1 Processes 6 /));
  const rows = screen.slice(4, 10);
  assert.deepEqual(ui.noises, []);
  assert.ok(
    rows.some((row) => row.includes('␛[31mred␛]0;t␇')),
    rows.join('\n'),
  );
  const unit = ui.screen()[3]?.indexOf('RX/s▾') ?? 0;
  const cell = (row: number) =>
    ui.terminal.buffer.active
      .getLine(row)
      ?.getCell(unit + 'RX/s▾'.length - 1)
      ?.getChars();
  assert.deepEqual(
    rows.map((_, index) => cell(4 + index)),
    rows.map(() => 's'),
  );
  ui.write('q');
  await ui.exited;
});

test('without colour no colour reaches the terminal', async (t) => {
  const ui = await start(t, { mode: 'mono' });
  ui.write('jq');
  await ui.exited;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for escape sequences
  const styles = new Set(ui.raw().match(/\x1b\[[\d;]*m/g));
  assert.deepEqual(
    [...styles].filter((style) => /[34]\d/.test(style)),
    [],
  );
});
