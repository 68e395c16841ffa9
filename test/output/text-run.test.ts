import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CaptureError } from '../../src/errors.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { LineStyle, Piece } from '../../src/model/lines.ts';
import type { PaneName } from '../../src/model/model.ts';
import type { Answer } from '../../src/model/question.ts';
import { json } from '../../src/output/formats/json.ts';
import { report } from '../../src/output/report.ts';
import { runText, type TextRun } from '../../src/output/text.ts';
import { LineWriter } from '../../src/output/writer.ts';
import { eventRow } from '../fixtures/lives.ts';
import { Paper, scriptedSource } from '../fixtures/packet-source.ts';
import { packetRow, processRows, status } from '../fixtures/rows.ts';

/** The answer of one tick: one process with so many bytes. */
function tick(rxBytes: number): Answer {
  const rows = processRows(1).map((row) => ({ ...row, rxBytes }));
  const processes = {
    rows,
    total: 1,
    first: 0,
    selected: null,
    selectedKey: null,
    group: 'process' as const,
  };
  return { status: status(), inspection: null, processes };
}

/** Lets everything that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A worker thread keeps the process alive; a script does not. */
function keepAlive(t: TestContext): void {
  const timer = setInterval(() => {}, 1000);
  t.after(() => clearInterval(timer));
}

async function start(
  name: PaneName | 'events',
  overrides: Partial<TextRun> = {},
  source = scriptedSource(tick(9), tick(0)),
) {
  const paper = new Paper();
  const notes: string[] = [];
  let interrupt = (): void => {};
  const run = {
    source,
    report:
      name === 'events'
        ? report('connections', { events: true, format: json })
        : report(name, { format: json }),
    writer: new LineWriter(paper),
    filter: parseFilter('port 443'),
    wire: false,
    readsTls: false,
    withQueries: false,
    intervalMs: 500,
    durationMs: null,
    count: null,
    interrupted: new Promise<void>((resolve) => {
      interrupt = resolve;
    }),
    hurried: new Promise<void>(() => {}),
    nowUs: () => 0,
    note: (line: string) => notes.push(line),
    complain: (line: string) => notes.push(line),
    ...overrides,
  };
  const ended = runText(run);
  ended.catch(() => {}); // a test looks at it later
  await settle();
  return { source, paper, notes, ended, interrupt: () => interrupt() };
}

/** Each line by what tells it apart. */
function lines({ text }: Paper): string[] {
  const objects = text
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return objects.map(({ type, skb, sequence, receiveBytes }) =>
    [type, receiveBytes ?? sequence ?? skb].filter((word) => word !== undefined).join(' '),
  );
}

test('the question says what is written, and nothing more', async () => {
  const { source, interrupt, ended } = await start('trace');
  interrupt();
  await ended;
  assert.deepEqual(source.questions, [
    {
      filter: parseFilter('port 443'),
      intervalMs: 500,
      views: {
        trace: {
          sort: 'time',
          descending: false,
          rows: 0,
          cursor: null,
          isTraced: true,
          isFrozen: false,
          mark: null,
        },
      },
      inspect: null,
      resets: 0,
    },
  ]);
});

test('a trace ends by itself after so many packets, however they come', async () => {
  const { source, paper, ended } = await start('trace', { count: 3 });
  await source.rows('trace', [packetRow(0), packetRow(1)]);
  await source.rows('trace', [packetRow(2), packetRow(4)]);
  await source.rows('trace', [packetRow(5)]);
  await ended;
  assert.deepEqual(lines(paper), ['packet 3891234567', 'packet 3891236015', 'packet 3891237463', 'summary']);
});

test('events: so many, whatever the answers say, and their totals at the end', async () => {
  const { source, paper, ended } = await start('events', { count: 2 });
  assert.deepEqual(
    source.questions.map(({ views }) => views),
    [{ events: {} }],
  );
  source.answer(tick(1));
  await source.rows('events', [eventRow(), eventRow(), eventRow()]);
  await ended;
  assert.deepEqual(lines(paper), ['event 5000', 'event 5000', 'summary']);
});

test('a table of processes leaves out the first answer, which measured nothing, and ends with the last', async () => {
  const { source, paper, notes, ended, interrupt } = await start('processes');
  source.answer(tick(5));
  source.answer(tick(7));
  interrupt();
  await ended;
  assert.equal(source.finished, true);
  assert.deepEqual(lines(paper), ['process 5', 'process 7', 'process 9', 'summary']);
  assert.deepEqual(notes, [
    'nettop: 1274000 events by tracepoints in 130.0 s; lost: 0 ring full, 0 over the rate limit, 0 missed in recursion, 0 not written',
  ]);
});

test('so many reports, and no other at the end', async () => {
  const { source, paper, ended } = await start('processes', { count: 2 });
  for (const bytes of [5, 7, 8]) source.answer(tick(bytes));
  await ended;
  assert.deepEqual(lines(paper), ['process 5', 'process 7', 'summary']);
});

test('a run ends after its duration', async (t) => {
  keepAlive(t);
  const { paper, ended } = await start('processes', { durationMs: 1 });
  await ended;
  assert.deepEqual(lines(paper), ['process 9', 'summary']);
});

test('a source that knows nothing at the end leaves no summary', async () => {
  const { paper, notes, ended, interrupt } = await start('processes', {}, scriptedSource(null));
  interrupt();
  await ended;
  assert.deepEqual([paper.text, notes], ['', []]);
});

test('without JSON the trace has its header first, and no summary', async () => {
  const { source, paper, ended } = await start('trace', { report: report('trace'), count: 1 });
  await source.rows('trace', [packetRow(0)]);
  await ended;
  assert.deepEqual(
    paper.text.split('\n').map((line) => line.split(' ')[0]),
    ['KERNEL', '__dev_queue_xmit', ''],
  );
});

test('a capture that fails ends the run with its error', async () => {
  const { source, ended } = await start('trace');
  source.fail(new CaptureError('the capture worker ended', 'run with --verbose for details'));
  await assert.rejects(ended, { name: 'CaptureError', message: 'the capture worker ended' });
});

test('a reader that goes away ends the run quietly', async () => {
  const { source, paper, ended } = await start('trace');
  await source.rows('trace', [packetRow(0)]);
  paper.close();
  await source.rows('trace', [packetRow(1)]);
  await ended;
  assert.deepEqual([source.finished, lines(paper)], [true, ['packet 3891234567']]);
});

test('the source waits while the reader is behind, and nothing is lost', async () => {
  const { source, paper, ended, interrupt } = await start('trace');
  paper.full = true;
  let taken = 0;
  const first = source.rows('trace', [packetRow(0)]).then(() => taken++);
  const second = source.rows('trace', [packetRow(1)]).then(() => taken++);
  await settle();
  assert.deepEqual([taken, lines(paper)], [0, ['packet 3891234567']]);
  paper.empty();
  await Promise.all([first, second]);
  interrupt();
  await ended;
  assert.deepEqual([taken, lines(paper)], [2, ['packet 3891234567', 'packet 3891236015', 'summary']]);
});

test('a reader that goes away while the source waits does not hold it', async () => {
  const { source, paper, ended } = await start('trace');
  paper.full = true;
  const written = source.rows('trace', [packetRow(0)]);
  await settle();
  paper.close();
  await Promise.all([written, ended]);
  assert.equal(source.finished, true);
});

/** A source that writes the rows of its pane itself. */
function writingSource() {
  const source = scriptedSource(tick(0));
  const styles: LineStyle[] = [];
  let written: (pieces: Piece[]) => Promise<void> = async () => {};
  return {
    ...source,
    styles,
    pieces: (...pieces: Piece[]) => written(pieces),
    onLines(style: LineStyle, listener: (pieces: Piece[]) => Promise<void>) {
      styles.push(style);
      written = listener;
    },
  };
}

const piece = (...texts: string[]): Piece => ({
  bytes: Buffer.from(texts.map((type) => `{"type":"${type}"}\n`).join('')),
  count: texts.length,
});

test('lines of a source that writes them go out as they are, in order', async () => {
  const source = writingSource();
  const { paper, ended, interrupt } = await start('events', {}, source);
  await source.pieces(piece('a', 'b'), piece('c'));
  await source.pieces();
  interrupt();
  await ended;
  assert.deepEqual(lines(paper), ['a', 'b', 'c', 'summary']);
  assert.deepEqual(
    source.styles.map(({ pane, format }) => [pane, format]),
    [['connections', 'json']],
  );
});

test('such a source waits for the reader, and what that one leaves is told by line', async (t) => {
  keepAlive(t);
  const source = writingSource();
  const { paper, notes, ended, interrupt } = await start('events', {}, source);
  paper.full = true;
  let taken = false;
  void source.pieces(piece('a', 'b')).then(() => {
    taken = true;
  });
  await settle();
  assert.equal(taken, false);
  void source.pieces(piece('c', 'd', 'e'));
  interrupt();
  await ended;
  assert.match(notes.at(-1) ?? '', /^nettop: 6 lines were not written/, 'and the summary');
});

test('rows are counted where so many are wanted: there it writes none', async () => {
  const source = writingSource();
  const { paper, ended } = await start('events', { count: 1 }, source);
  await source.rows('events', [eventRow(), eventRow()]);
  await ended;
  assert.deepEqual([lines(paper), source.styles], [['event 5000', 'summary'], []]);
});

test('packets are written apart from the thread that reads them', async () => {
  const source = writingSource();
  const { paper, ended, interrupt } = await start('trace', {}, source);
  await source.rows('trace', [packetRow(0)]);
  interrupt();
  await ended;
  assert.deepEqual([lines(paper), source.styles], [['packet 3891234567', 'summary'], []]);
});
