import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Capture } from '../../src/capture/capture.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { EVENT_KINDS, type EventCounts } from '../../src/model/model.ts';
import { questionOf } from '../fixtures/question.ts';
import { root } from '../fixtures/tool.ts';

/**
 * storm.ts: how many connections a second this machine makes at most over loopback, whether nettop counts each of
 * them, and what that costs them.
 */

const ROUNDS = 5;
const SECONDS = 2;
const DRAIN_MS = 20;
const TICK_MS = 1000;
const BATCH = 2000;

interface Storm {
  made: number;
  perSecond: number;
  /** Processor time of each, which is the same however busy the machine is. */
  eachNs: number;
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const thousands = (value: number): string => Math.round(value).toLocaleString('en');

function newCapture(): Capture {
  return new Capture(
    {
      attach: 'auto',
      rateLimit: 1000,
      ringBytes: 1 << 20,
      eventBytes: 8 << 20,
      rawHeaders: false,
      kernelStack: false,
      points: [],
    },
    new RunningMachine(),
  );
}

/** Does what the worker does until `over`. */
async function work(capture: Capture, over: Promise<unknown>): Promise<void> {
  let going = true;
  over.finally(() => {
    going = false;
  });
  for (let tickMs = Date.now(); going; await wait(DRAIN_MS)) {
    capture.drain();
    while (capture.take('events', BATCH).length > 0);
    if (Date.now() - tickMs < TICK_MS) continue;
    capture.tick();
    tickMs = Date.now();
  }
}

async function storm(command: readonly string[], capture: Capture | null): Promise<Storm> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const over = new Promise<number>((resolve) => child.once('close', resolve));
  if (capture) await work(capture, over);
  if ((await over) !== 0) throw new Error('no storm of connections here');
  const [made = 0, tookNs = 0, processorNs = 0] = told.split(' ').map(Number);
  return { made, perSecond: made / (tookNs / 1e9), eachNs: processorNs / made };
}

/** Events since the totals before, as far as the kernel has counted. */
function since(capture: Capture, before: EventCounts): { counted: EventCounts; notTold: EventCounts } {
  const { counted, notTold } = capture.answer().events ?? { counted: before, notTold: before };
  const less = EVENT_KINDS.map((kind) => [kind, counted[kind] - before[kind]]);
  return { counted: Object.fromEntries(less) as EventCounts, notTold };
}

/** By one thread, in turn without nettop, with it, and with its events. */
async function cost(command: readonly string[]): Promise<void> {
  const each: Record<string, number[]> = { alone: [], 'beside nettop': [], 'with its events': [] };
  const run = async (name: string, capture: Capture | null) => {
    each[name]?.push((await storm([...command, '1', String(SECONDS)], capture)).eachNs);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await run('alone', null);
    const capture = newCapture();
    capture.ask(questionOf({}));
    await run('beside nettop', capture);
    capture.ask(questionOf({ views: { events: {} } }));
    await run('with its events', capture);
    capture.stop();
  }
  for (const [name, values] of Object.entries(each))
    say(`a connection, both its ends, ${name}: ${(median(values) / 1000).toFixed(1)} µs of a processor`);
}

/** As many as this machine can make: each must be counted. */
async function most(command: readonly string[]): Promise<boolean> {
  const threads = String(availableParallelism());
  const capture = newCapture();
  capture.ask(questionOf({ views: { events: {} } }));
  const { counted: before } = capture.answer().events ?? { counted: null };
  if (!before) throw new Error('no events here');
  const { made, perSecond } = await storm([...command, threads, String(2 * SECONDS)], capture);
  capture.tick();
  const { counted, notTold } = since(capture, before);
  const { warnings } = capture.answer().status;
  capture.stop();
  say(`${threads} threads: ${thousands(made)} connections, ${thousands(perSecond)}/s`);
  say(
    `counted: connect ${counted.connect - made} more, accept ${counted.accept - made}, close ${counted.close - 2 * made}` +
      ' (of the rest of the machine)',
  );
  say(`not listed individually: ${thousands(notTold.connect)} of them, as nettop cannot read so fast`);
  for (const warning of warnings) say(`! ${warning}`);
  return counted.connect >= made && counted.accept >= made && counted.close >= 2 * made;
}

const folder = mkdtempSync(join(tmpdir(), 'nettop-bench-'));
const namespace = `nettop-bench-${process.pid}`;
const program = join(folder, 'storm');
try {
  execFileSync('clang', ['-O2', '-o', program, `${root}test/bench/storm.c`, '-lpthread']);
  execFileSync('ip', ['netns', 'add', namespace]);
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  const command = ['ip', 'netns', 'exec', namespace, program];
  await cost(command);
  if (!(await most(command))) process.exitCode = 1;
} finally {
  execFileSync('ip', ['netns', 'delete', namespace]);
  rmSync(folder, { recursive: true });
}
