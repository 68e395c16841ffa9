import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { DebugRow } from '../../src/model/function.ts';
import type { Answer } from '../../src/model/question.ts';
import { runDebug } from '../../src/output/debug.ts';
import { LineWriter } from '../../src/output/writer.ts';
import { Paper, scriptedSource } from '../fixtures/packet-source.ts';
import { status } from '../fixtures/rows.ts';

const answer: Answer = { status: status(), inspection: null };

/** Lets everything that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A worker thread keeps the process alive; a script does not. */
function keepAlive(t: TestContext): void {
  const timer = setInterval(() => {}, 1000);
  t.after(() => clearInterval(timer));
}

const HEADER =
  'KERNEL FUNCTION         ATTACHED                                       ADDRESS                 HITS';

/** A run of --debug-func whose source answers one request for the list at a time, as the worker does. */
function startDebug() {
  const source = scriptedSource(answer);
  const paper = new Paper();
  let hits = 0;
  let interrupt = (): void => {};
  let listed: (rows: DebugRow[]) => void = () => {};
  const row: DebugRow = {
    function: 'ip_output',
    hook: 'fentry',
    tracepoint: null,
    shownAs: 'ip_output',
    symbol: null,
    address: 'ffffffff81a2b3c0',
    hits: 0,
    headers: [],
  };
  const debug = (): Promise<DebugRow[]> =>
    new Promise((resolve) => {
      listed = resolve;
      setImmediate(() => listed([{ ...row, hits: hits++ * 12 }]));
    });
  const ended = runDebug(
    { ...source, debug },
    {
      writer: new LineWriter(paper),
      filter: null,
      wire: false,
      readsTls: false,
      withQueries: false,
      intervalMs: 1000,
      durationMs: null,
      count: null,
      interrupted: new Promise<void>((resolve) => {
        interrupt = resolve;
      }),
      hurried: new Promise<void>(() => {}),
      nowUs: () => 0,
      complain: () => {},
    },
  );
  return { source, paper, ended, interrupt: () => interrupt() };
}

test('--debug-func lists the functions at the first answer, and again with their hits at the end', async (t) => {
  keepAlive(t);
  const { source, paper, ended, interrupt } = startDebug();
  await settle();
  source.answer(answer);
  interrupt();
  await ended;
  assert.equal(
    paper.text,
    [
      HEADER,
      'ip_output               fentry                                         ffffffff81a2b3c0           0',
      '',
      HEADER,
      'ip_output               fentry                                         ffffffff81a2b3c0          12',
      '',
    ].join('\n'),
  );
});

test('--debug-func that ends before the first answer lists the functions once, and ends', async (t) => {
  keepAlive(t);
  const { source, paper, ended, interrupt } = startDebug();
  await settle();
  interrupt();
  await settle();
  source.answer(answer);
  await ended;
  assert.equal(
    paper.text,
    [
      HEADER,
      'ip_output               fentry                                         ffffffff81a2b3c0           0',
      '',
    ].join('\n'),
  );
});
