import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Names } from '../../src/model/names.ts';
import type { Answer } from '../../src/model/question.ts';
import { width } from '../../src/text/text.ts';
import { frame } from '../fixtures/frame.tsx';
import { journeyOf } from '../fixtures/journeys.ts';
import { watched } from '../fixtures/replay.ts';
import { fullPacketRow } from '../fixtures/rows.ts';
import type { Session, SessionOptions } from '../fixtures/session.ts';
import { trafficSession } from '../fixtures/traffic-session.ts';

process.env.TZ = 'UTC';
const folder = fileURLToPath(new URL('../golden/', import.meta.url));
/** npm run golden. */
const rewrite = process.env.UPDATE_GOLDEN === '1';

const SIZES: readonly [columns: number, rows: number][] = [
  [80, 24],
  [120, 40],
  [200, 50],
  [60, 15],
];

const grouped = (size: SessionOptions) => watched({ ...size, pane: 'trace' }).press('t');

/** What no run can be made to have: rows and figures by hand, in the place of those of a record. */
function instead(session: Session, change: (answer: Answer) => Partial<Answer>): Session {
  const answer = session.state.answer ?? assert.fail();
  session.state = { ...session.state, answer: { ...answer, ...change(answer) } };
  return session;
}

const losing = ({ status }: Answer): Partial<Answer> => ({
  status: {
    ...status,
    lost: { ...status.lost, ringFull: 512 },
    lostPerSecond: { ...status.lostPerSecond, rateLimited: 2100 },
    warnings: ['accounting of UDP did not attach: the kernel refuses fexit programs', 'users are not known'],
  },
});

const names: Names = {
  hosts: {
    '192.0.2.1': 'laptop.lan',
    '192.0.2.2': 'cache-fra-etou8220158.frankfurt.hosting.example.net',
    '2001:db8:85a3::5': 'db.example.net',
  },
  services: { 'tcp/8080': 'http-alt', 'tcp/5432': 'postgresql', 'tcp/873': 'rsync' },
  problem: null,
};

/** Every field of the open packet has something in it. */
function full({ inspection }: Answer): Partial<Answer> {
  assert.ok(inspection?.pane === 'trace');
  const row = { ...fullPacketRow(), key: inspection.row.key };
  return { inspection: { ...inspection, row, hops: journeyOf([row]).hops } };
}

/** What is on the screen, by the name of its frames. */
const scenes: Record<string, (size: SessionOptions) => Session> = {
  live: (size) => watched(size).press('j', 'j'),
  prompt: (size) => watched(size).press('/').type('tcp and port abc'),
  inspector: (size) => watched({ ...size, pane: 'trace' }).press('k', 'k', 'enter'),
  grouped: (size) => grouped(size).press('k', 'k', 'd', 'k'),
  path: (size) => grouped(size).press('g', 'enter'),
  comparison: (size) =>
    grouped({ ...size, filter: 'src 192.0.2.1 and (port 53 or port 9)' }).press('g', 'j', 'd', 'j', 'd'),
  wire: (size) => watched(size).press('w').tick(3).press('G'),
  closed: (size) => watched({ ...size, filter: 'cron and tcp', pane: 'connections' }).press('z'),
  help: (size) => watched(size).press('?'),
  frozen: (size) =>
    instead(
      watched({ ...size, seconds: 18, pane: 'trace' })
        .press('space', 'k', 'k')
        .tick(2),
      losing,
    ),
  empty: (size) => watched({ ...size, filter: 'port 1', pane: 'connections' }),
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

const frames: string[] = [];

function golden(name: string, scene: () => Session): void {
  frames.push(`${name}.txt`);
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
  const size = { columns, rows };
  golden(`drops-pane-${columns}x${rows}`, () => watched(size).press('4').tick().press('j', 'j'));
  golden(`alerts-pane-${columns}x${rows}`, () => watched(size).press('shift-tab').tick());
  golden(`alert-${columns}x${rows}`, () => watched(size).press('shift-tab').tick().press('j', 'enter'));
  golden(`drops-inspector-${columns}x${rows}`, () => watched(size).press('4').tick().press('j', 'enter'));
  golden(`listeners-pane-${columns}x${rows}`, () => watched({ ...size, pane: 'listeners' }).press('j'));
  golden(`listeners-inspector-${columns}x${rows}`, () =>
    watched({ ...size, pane: 'listeners' }).press('g', 'enter'),
  );
  golden(`connection-watched-${columns}x${rows}`, () =>
    watched({ ...size, seconds: 6, pane: 'connections', filter: 'rclone' })
      .press('enter')
      .tick(12),
  );
  golden(`names-${columns}x${rows}`, () =>
    instead(watched({ ...size, pane: 'connections' }).press('n', 'N'), () => ({ names })),
  );
}
for (const [columns, rows] of [
  [80, 24],
  [120, 40],
] as const) {
  const size = { columns, rows };
  golden(`traffic-${columns}x${rows}`, () => trafficSession(size).press('z', 'j'));
  golden(`traffic-hosts-${columns}x${rows}`, () => trafficSession(size).press('z', 't', 't', 'l'));
}
golden('traffic-ports-120x40', () => trafficSession({}).press('t', 't', 't', 't'));
golden('traffic-inspector-120x40', () => trafficSession({}).press('j', 'j', 'enter'));
golden('connection-hosts-120x40', () => watched({ pane: 'connections' }).press('t', 'j'));
golden('connection-hosts-80x24', () =>
  watched({ columns: 80, rows: 24, pane: 'connections' }).press('t', 'j'),
);
golden('connection-networks-120x40', () => watched({ pane: 'connections' }).press('t', 't', 'z'));
golden('connection-ports-120x40', () => watched({ pane: 'connections' }).press('t', 't', 't', 'z', 'N'));
golden('connection-containers-120x40', () =>
  watched({ pane: 'connections' }).press('t', 't', 't', 't', 't', 'z'),
);
golden('connection-states-120x40', () =>
  watched({ pane: 'connections' }).press('t', 't', 't', 't', 't', 't', 'z'),
);
golden('connection-group-120x40', () =>
  watched({ pane: 'connections', filter: 'not process cron' }).press('t', 't', 'j', 'enter'),
);
golden('histograms-120x40', () => watched({ seconds: 20, pane: 'connections' }).press('H'));
golden('histograms-process-80x24', () => watched({ columns: 80, rows: 24 }).press('j', 'H'));
golden('bits-120x40', () => watched().press('b', 'j'));
golden('bits-80x24', () => watched({ columns: 80, rows: 24, pane: 'connections' }).press('b', 'j'));
golden('bits-connection-120x40', () =>
  watched({ seconds: 6, pane: 'connections', filter: 'rclone' }).press('enter', 'b').tick(12),
);
golden('live-30x8', () => watched({ columns: 30, rows: 8 }));
golden('hostile-120x24', () => watched({ rows: 24, filter: 'port 9999' }));
golden('stats-100x24', () => watched({ columns: 100, rows: 24, statsOnly: true }));
golden('process-120x40', () => watched().press('j', 'enter'));
golden('container-120x40', () => watched({ filter: 'node' }).press('enter'));
golden('process-group-120x40', () => watched().press('t', 'j', 'j', 'enter'));
golden('by-container-120x40', () => watched().press('t', 'j'));
golden('by-container-80x24', () => watched({ columns: 80, rows: 24 }).press('t', 'j'));
golden('by-parent-120x40', () => watched().press('t', 't', 't', 't', 'j'));
golden('connection-120x40', () => watched({ pane: 'connections' }).press('j', 'j', 'enter'));
golden('drop-80x24', () =>
  watched({ columns: 80, rows: 24, pane: 'trace', filter: 'drop' }).press('k', 'enter'),
);
golden('drops-120x40', () => watched({ pane: 'trace', filter: 'drop' }));
golden('packet-120x40', () => instead(watched({ pane: 'trace' }).press('k', 'enter'), full));

test('every golden frame belongs to a test', () => {
  if (rewrite) for (const name of readdirSync(folder)) if (!frames.includes(name)) rmSync(`${folder}${name}`);
  assert.deepEqual(readdirSync(folder).sort(), frames.sort());
});
