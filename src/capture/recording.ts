import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { WriteError } from '../errors.ts';
import type { RunningMachine } from '../machine/running-machine.ts';
import { isTrigger } from '../model/alerts/rule.ts';
import type { Question } from '../model/question.ts';
import { newTape, type Tape } from '../record/tape.ts';
import { failureOf } from './failure.ts';
import type { Reply, Request, WorkerOptions } from './messages.ts';
import { RecordedRun } from './recorded-run.ts';
import { WriteState } from './write-state.ts';

/** How often rings are read: while much comes, and else. */
const BUSY_MS = 20;
const DRAIN_MS = 100;
const MUCH = 5000;
const BEHIND_MS = 10;

/** In the place of the worker that answers: everything is asked for, and what the kernel tells is written down. */
class Recording {
  private readonly tape: Tape;
  private readonly run: RecordedRun;
  private tickTimer: NodeJS.Timeout | undefined;
  private drainTimer: NodeJS.Timeout | undefined;

  constructor({ recording, ...options }: WorkerOptions, machine: RunningMachine) {
    if (!recording) throw new Error('nothing is to be recorded');
    const { fd, header, limits, triggers = [], written } = recording;
    const state = new WriteState(written);
    const verbose = options.verbose ? (line: string) => post({ type: 'log', line }) : undefined;
    this.tape = newTape(header, { write: (bytes) => writeWhole(fd, bytes, state) }, limits);
    this.run = new RecordedRun({ ...options, verbose }, machine, this.tape, {
      isShown: false,
      alerted: (rows) => {
        if (rows.some((row) => isTrigger(row, triggers))) this.tape.freeze();
        post({ type: 'rows', of: 'alerts', rows });
      },
    });
    process.on('exit', () => this.run.answers.stop());
  }

  handle(request: Request): void {
    this.safely(() => {
      if (request.type === 'ask') this.begin(request.question);
      else if (request.type === 'stop') this.end();
    });
  }

  private begin(question: Question): void {
    this.run.begin(question);
    this.tickTimer = setInterval(() => this.safely(() => this.tick()), question.intervalMs);
    this.drain();
  }

  private drain(): void {
    const isBusy = this.run.drain() > MUCH || this.run.isBusy;
    this.drainTimer = setTimeout(() => this.safely(() => this.drain()), isBusy ? BUSY_MS : DRAIN_MS);
  }

  private tick(): void {
    this.run.tick();
    post({ type: 'recorded', recorded: this.tape.state() });
  }

  private end(): void {
    this.pause();
    const answer = this.run.tick(true);
    this.run.answers.stop();
    this.tape.end();
    post({ type: 'recorded', recorded: this.tape.state() });
    post({ type: 'stopped', answer });
    parentPort?.close();
  }

  private pause(): void {
    clearInterval(this.tickTimer);
    clearTimeout(this.drainTimer);
  }

  private safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.pause();
      this.run.answers.stop();
      post({ type: 'failed', failure: failureOf(error) });
      parentPort?.close();
    }
  }
}

export function newRecording(options: WorkerOptions, machine: RunningMachine): Recording {
  return new Recording(options, machine);
}

function post(reply: Reply): void {
  parentPort?.postMessage(reply);
}

/** A reader that is behind is waited for: what the rings have no room for meanwhile is counted. */
function writeWhole(fd: number, bytes: Buffer, state: WriteState): void {
  for (let at = 0; at < bytes.length; )
    try {
      const taken = writeSync(fd, bytes, at);
      state.took(taken);
      at += taken;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') throw new WriteError(`cannot write the recording: ${message}`, code);
      state.wait(BEHIND_MS);
    }
}
