import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ConnectionRow } from '../src/model/model.ts';
import { width } from '../src/text/text.ts';
import { watchedRow } from './fixtures/connections.ts';
import { journeyPackets } from './fixtures/journeys.ts';
import { closedRow } from './fixtures/lives.ts';
import {
  connectionRows,
  droppedRow,
  fullPacketRow,
  hostileProcesses,
  packetRow,
  processRows,
} from './fixtures/rows.ts';
import { Session, type SessionOptions } from './fixtures/session.ts';
import { wireFigures, wireStatus } from './fixtures/wire.ts';
import { frame } from './frame.tsx';

process.env.TZ = 'UTC';
const folder = fileURLToPath(new URL('golden/', import.meta.url));
/** npm run golden. */
const rewrite = process.env.UPDATE_GOLDEN === '1';

const SIZES: readonly [columns: number, rows: number][] = [
  [80, 24],
  [120, 40],
  [200, 50],
  [60, 15],
];

const losing = {
  frozenPackets: 1234,
  lost: { ringFull: 512, rateLimited: 98_123, recursionMissed: 0, displayDropped: 0 },
  lostPerSecond: { ringFull: 0, rateLimited: 2100, recursionMissed: 0, displayDropped: 0 },
  warnings: ['accounting of UDP did not attach: the kernel refuses fexit programs', 'users are not known'],
};

/** The trace by packet. */
const grouped = (size: SessionOptions) =>
  new Session({ ...size, pane: 'trace', world: { packets: journeyPackets() } }).press('t');

/** Bytes on the wire, and traffic without a process. */
function wired(size: SessionOptions): Session {
  const [first, ...others] = processRows(12).map((row, n) => ({ ...row, wire: wireFigures(4000 >> n) }));
  const forwarded = { key: '0:forwarded', pid: 0, user: '-', process: '[forwarded]', connections: 0 };
  const processes = first ? [{ ...first, ...forwarded }, ...others] : [];
  return new Session({ ...size, world: { processes, status: { wire: wireStatus() } } });
}

/** An open connection, and one for each way to end. */
function endings(): ConnectionRow[] {
  const causes = ['closed', 'reset', 'refused', 'timed out', 'unreachable', 'given up', 'failed'] as const;
  const waits = { ...closedRow('t', { cause: 'closed' }), state: 'TIME_WAIT' };
  return [...connectionRows(1), ...causes.map((cause) => closedRow(cause, { cause })), waits];
}

/** What is on the screen, by the name of its frames. */
const scenes: Record<string, (size: SessionOptions) => Session> = {
  live: (size) => new Session(size).press('j', 'j'),
  prompt: (size) => new Session(size).press('/').type('tcp and port abc'),
  inspector: (size) => new Session({ ...size, pane: 'trace' }).press('k', 'k', 'enter'),
  grouped: (size) => grouped(size).press('k', 'k', 'd', 'k'),
  path: (size) => grouped(size).press('g', 'enter'),
  comparison: (size) => grouped(size).press('g', 'j', 'd', 'j', 'd'),
  wire: (size) => wired(size).press('w'),
  closed: (size) => new Session({ ...size, pane: 'connections', world: { connections: endings() } }),
  help: (size) => new Session(size).press('?'),
  frozen: (size) =>
    new Session({ ...size, pane: 'trace', world: { status: losing } }).press('space', 'k', 'k'),
  empty: (size) =>
    new Session({
      ...size,
      filter: 'port 1',
      pane: 'connections',
      world: { processes: [], connections: [], packets: [] },
    }),
};

function assertGolden(name: string, text: string): void {
  const path = `${folder}${name}.txt`;
  if (rewrite) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${text}\n`);
  }
  assert.ok(existsSync(path), `${path} is missing; npm run golden writes it`);
  assert.equal(`${text}\n`, readFileSync(path, 'utf8'));
}

const names: string[] = [];

function golden(name: string, scene: () => Session): void {
  names.push(`${name}.txt`);
  test(`frame ${name}`, () => {
    const { state } = scene();
    const text = frame(state);
    const lines = text.split('\n');
    assert.deepEqual(
      lines.filter((line) => width(line) > state.size.columns),
      [],
      'a line is wider than the screen',
    );
    assert.ok(lines.length <= state.size.rows, 'the frame is higher than the screen');
    assertGolden(name, text);
  });
}

for (const [name, scene] of Object.entries(scenes)) {
  for (const [columns, rows] of SIZES) golden(`${name}-${columns}x${rows}`, () => scene({ columns, rows }));
}
for (const [columns, rows] of [
  [80, 24],
  [120, 40],
] as const) {
  const size = { columns, rows, pane: 'drops' as const };
  golden(`drops-pane-${columns}x${rows}`, () => new Session(size).press('j', 'j'));
  const watched = { ...size, pane: 'connections' as const, world: { connections: [watchedRow()] } };
  golden(`connection-watched-${columns}x${rows}`, () => new Session(watched).press('enter'));
  golden(`names-${columns}x${rows}`, () => new Session({ ...size, pane: 'connections' }).press('n', 'N'));
  golden(`drops-inspector-${columns}x${rows}`, () => new Session(size).press('j', 'enter'));
}
golden('live-30x8', () => new Session({ columns: 30, rows: 8 }));
golden('hostile-120x24', () => new Session({ rows: 24, world: { processes: hostileProcesses() } }));
golden('stats-100x24', () => new Session({ columns: 100, rows: 24, statsOnly: true }));
golden('process-120x40', () => new Session().press('j', 'enter'));
golden('container-120x40', () => new Session().press('j', 'j', 'j', 'enter'));
golden('process-group-120x40', () => new Session().press('t', 'j', 'j', 'enter'));
golden('by-container-120x40', () => new Session().press('t', 'j'));
golden('by-container-80x24', () => new Session({ columns: 80, rows: 24 }).press('t', 'j'));
golden('by-parent-120x40', () => new Session().press('t', 't', 't', 't', 'j'));
golden('connection-120x40', () => new Session({ pane: 'connections' }).press('j', 'j', 'enter'));

const drop = { packets: [...Array.from({ length: 60 }, (_, index) => packetRow(index)), droppedRow(60)] };
golden('drop-80x24', () =>
  new Session({ columns: 80, rows: 24, pane: 'trace', world: drop }).press('k', 'enter'),
);
const full = { packets: [...Array.from({ length: 60 }, (_, index) => packetRow(index)), fullPacketRow()] };
golden('packet-120x40', () => new Session({ pane: 'trace', world: full }).press('k', 'enter'));
golden('drops-120x40', () => new Session({ pane: 'trace', world: drop }));

test('every golden frame belongs to a test', () => {
  if (rewrite) for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(`${folder}${name}`);
  assert.deepEqual(readdirSync(folder).sort(), names.sort());
});
