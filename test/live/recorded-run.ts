import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { RecordedRun } from '../../src/capture/recorded-run.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import type { Answer, Question } from '../../src/model/question.ts';
import type { Streams } from '../../src/model/source.ts';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { RecordingWriter } from '../../src/record/file/writer.ts';
import { Playback } from '../../src/record/playback.ts';
import type { Answers } from '../../src/views/answers.ts';
import { HEADER } from '../fixtures/recording.ts';

export const OPTIONS = {
  attach: 'auto',
  rateLimit: 400,
  ringBytes: 8 << 20,
  eventBytes: 1 << 20,
  rawHeaders: false,
  kernelStack: false,
  points: TRACE_POINTS,
} as const;

/** Every row. */
export const ALL = { sort: 'process', descending: false, rows: Number.MAX_SAFE_INTEGER, cursor: null };

/** What the screen and its panes of sockets and packets ask for. */
export const everything: Question = {
  filter: null,
  intervalMs: 1000,
  views: {
    processes: ALL,
    connections: { ...ALL, closed: true },
    drops: { ...ALL, sort: 'count' },
    listeners: ALL,
    trace: { ...ALL, sort: 'time', rows: 0, isTraced: true, isFrozen: false, mark: null },
    events: {},
    wire: {},
  },
  inspect: null,
  resets: 0,
};

const MOST = 1e6;
const STREAMS = ['trace', 'requests', 'alerts'] as const;
type Name = (typeof STREAMS)[number];

/** What each tick answered, and the rows that came one by one. */
export interface Told extends Pick<Streams, Name> {
  answers: Answer[];
}

const nothing = (): Told => ({ answers: [], trace: [], requests: [], alerts: [] });

/** Rows are kept whoever takes them. */
function keepRows(answers: Answers, told: Told): () => void {
  const take = answers.take.bind(answers);
  answers.take = (name, limit) => {
    const rows = take(name, limit);
    if (name in told) (told[name as Name] as unknown[]).push(...rows);
    return rows;
  };
  return () => {
    for (const name of STREAMS) while (answers.take(name, MOST).length > 0);
  };
}

/** Records the running kernel at so many looks; `act` is done before each. */
export async function recordRun(
  question: Question,
  looks: number,
  act: (look: number) => Promise<void> = async () => {},
): Promise<Told & { file: Buffer }> {
  const pieces: Buffer[] = [];
  const writer = new RecordingWriter(HEADER, { write: (bytes) => void pieces.push(Buffer.from(bytes)) });
  const run = new RecordedRun(OPTIONS, new RunningMachine(), writer);
  const told = nothing();
  const takeAll = keepRows(run.answers, told);
  try {
    run.begin(question);
    for (let look = 1; look <= looks; look++) {
      await act(look);
      for (let drain = 0; drain < 3; drain++) {
        run.drain();
        takeAll();
        await setTimeout(100);
      }
      told.answers.push(run.tick(look === looks));
      takeAll();
    }
    writer.end();
  } finally {
    run.answers.stop();
  }
  return { ...told, file: Buffer.concat(pieces) };
}

/** What a recording answers to a question; `asked`: at each tick, another one. */
export function replayed(
  file: Buffer,
  question: Question,
  asked: (tick: number) => Question = () => question,
): Told {
  const parser = new RecordingParser();
  parser.push(file);
  parser.end();
  const told = nothing();
  let playback: Playback | null = null;
  let takeAll = () => {};
  let current = question;
  for (let frames = parser.next(); frames; frames = parser.next()) {
    if (playback) playback.load(frames);
    else {
      playback = new Playback(frames, true);
      takeAll = keepRows(playback.answers, told);
      playback.answers.ask(question);
      playback.answers.answer();
    }
    for (let frame = playback.step(); frame; frame = playback.step()) {
      if (frame.kind === 'tick') {
        const next = asked(told.answers.length + 1);
        if (next !== current) playback.answers.ask(next);
        current = next;
        told.answers.push(playback.answers.answer());
      }
      while (playback.answers.take('events', MOST).length > 0);
      takeAll();
    }
  }
  assert.deepEqual(parser.damage, { places: 0, bytes: 0, isCut: false });
  return told;
}

/** As JSON has it: undefined members are none. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
