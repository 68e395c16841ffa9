import { setTimeout as sleep } from 'node:timers/promises';
import { EVERY_ROW } from '../model/panes.ts';
import type { Question, RowSource } from '../model/question.ts';
import { type Collected, Collection, type SeenConnection } from './collection.ts';

/** Seconds are told apart well enough, and few answers are made. */
const INTERVAL_MS = 1000;
/** For those that the command left behind to end too. */
const GRACE_MS = 500;
const LOOK_MS = 10;

export interface Watch {
  source: RowSource;
  /** The cgroup that the command is to run in. */
  group: { name: string; pids(): number[] };
  /** What is to be there before the command is. */
  ready(): Promise<void>;
  /** Rejects where somebody wants an end: before the command has begun it then does not. */
  interrupted: Promise<never>;
  /** Starts the command; resolves to its exit code. */
  start(): Promise<number>;
  nowUs(): number;
  /** Text within TLS is to be read too, of the program of the command from the first on; null: it is not. */
  texts: { programs: readonly string[] } | null;
  /** Told once a second of the connections so far; `atUs`: microseconds since the epoch. */
  look(connections: readonly SeenConnection[], atUs: number): void;
}

export interface Run {
  exitCode: number;
  startUs: number;
  endUs: number;
  /** Of processes that the command left behind. */
  left: number[];
  collected: Collected;
  /** What ended the watching before the command, which ran on; null: nothing. */
  failure: Error | null;
}

/**
 * Runs a command once everything is counted, to its end, and gathers what it did. Rejects where nothing is counted, or a
 * signal came before.
 */
export async function watch(run: Watch): Promise<Run> {
  const { source, group, ready, interrupted, start, nowUs, texts, look } = run;
  const collection = new Collection();
  let failure: Error | null = null;
  let isRunning = false;
  let isCounted = false;
  await new Promise<void>((resolve, reject) => {
    source.onFailure((error) => {
      failure = error;
      reject(error);
    });
    source.onAnswer((answer) => {
      collection.answer(answer);
      if (isRunning && answer.run) look(collection.seen(), answer.run.atUs);
      if (isCounted) return;
      isCounted = true;
      void ready().then(resolve, reject);
    });
    interrupted.catch(reject);
    source.onRows('requests', async (rows) => collection.take(rows));
    source.ask(questionOf(group.name, texts));
  });
  const startUs = nowUs();
  isRunning = true;
  const exitCode = await start();
  isRunning = false;
  const endUs = nowUs();
  const left = await leftIn(group);
  const last = await source.finish();
  if (last) collection.answer(last);
  return { exitCode, startUs, endUs, left, collected: collection.end(left), failure };
}

async function leftIn(group: Watch['group']): Promise<number[]> {
  for (let waited = 0; waited < GRACE_MS && group.pids().length > 0; waited += LOOK_MS) await sleep(LOOK_MS);
  return group.pids();
}

function questionOf(cgroup: string, texts: Watch['texts']): Question {
  const all = { descending: true, ...EVERY_ROW };
  return {
    filter: null,
    intervalMs: INTERVAL_MS,
    views: {
      run: { cgroup },
      requests: {
        ...all,
        sort: 'time',
        rows: 0,
        isStreamed: true,
        ...(texts && { readsTls: true, ...texts }),
      },
      drops: { ...all, sort: 'count' },
    },
    inspect: null,
    asked: true,
    resets: 0,
  };
}
