import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { jiffiesPerSecond } from '../../native/libc.ts';
import { RunningKernel } from '../attach/running-kernel.ts';
import { CaptureError } from '../errors.ts';
import { monotonicNs } from '../machine/clock.ts';
import type { RunningMachine } from '../machine/running-machine.ts';
import { complete } from '../machine/work.ts';
import type { Question } from '../model/question.ts';
import { RecordingWriter } from '../record/file/writer.ts';
import type { FrameKind } from '../record/frames.ts';
import { PacketNames } from '../record/packet-names.ts';
import { Recorder } from '../record/recorder.ts';
import { recordingFeed } from '../record/recording-feed.ts';
import { Answers } from '../views/answers.ts';
import { failureOf } from './failure.ts';
import { KernelFeed } from './kernel-feed.ts';
import type { Reply, Request, WorkerOptions } from './messages.ts';

/** How often rings are read: while much comes, and else. */
const BUSY_MS = 20;
const DRAIN_MS = 100;
const MUCH = 5000;
const BATCH = 2000;

type RecordingOptions = WorkerOptions & Required<Pick<WorkerOptions, 'recording'>>;

/** In the worker's place: everything is asked for, and what the kernel tells is written down. */
class Recording {
  private readonly kernel: KernelFeed;
  private readonly answers: Answers;
  private readonly recorder: Recorder;
  private readonly writer: RecordingWriter;
  private tickTimer: NodeJS.Timeout | undefined;
  private drainTimer: NodeJS.Timeout | undefined;

  constructor(options: RecordingOptions, running: RunningMachine) {
    const { fd, header } = options.recording;
    const verbose = options.verbose ? (line: string) => post({ type: 'log', line }) : undefined;
    this.writer = new RecordingWriter(header, { write: (bytes) => writeWhole(fd, bytes) });
    this.recorder = new Recorder((entry) => this.writer.add(entry));
    const { recorder } = this;
    const machine = recorder.listen('machine', running);
    recorder.tell('begun', { jiffies: jiffiesPerSecond() });
    this.kernel = new KernelFeed(
      { ...options, verbose },
      machine,
      new RunningKernel(running.types),
      recorder,
    );
    recorder.listen('layouts', this.kernel.layouts).layout('socket_record');
    recorder.tell('opened');
    const names = new PacketNames(machine, recorder.listen('feed', this.kernel).ownerName);
    this.answers = new Answers(recordingFeed(this.kernel, recorder, names), machine);
    process.on('exit', () => this.answers.stop());
  }

  handle(request: Request): void {
    this.safely(() => {
      if (request.type === 'ask') this.begin(request.question);
      else if (request.type === 'stop') this.end();
    });
  }

  private begin(question: Question): void {
    this.answers.ask(question);
    this.answers.answer();
    this.writer.endFrame();
    this.tickTimer = setInterval(() => this.safely(() => this.tick()), question.intervalMs);
    this.drain();
  }

  private safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }

  private drain(): void {
    const found = this.frame('reading', null, () => this.answers.drain());
    this.frame('survey', null, () => {
      this.kernel.accounting.survey(monotonicNs());
      this.recorder.tell('surveyed');
    });
    const isBusy = found > MUCH || this.kernel.accounting.isBusy;
    this.drainTimer = setTimeout(() => this.safely(() => this.drain()), isBusy ? BUSY_MS : DRAIN_MS);
  }

  private tick(): void {
    this.frame('tick', { last: false }, () => complete(this.answers.tick()));
    this.post();
  }

  /** Rows are asked for too: the names that they show are part of the recording. */
  private frame<T>(kind: FrameKind, told: unknown, act: () => T): T {
    this.recorder.tell(kind, told);
    const result = act();
    while (this.answers.take('events', BATCH).length > 0);
    if (kind === 'tick') this.answers.answer();
    this.writer.endFrame();
    return result;
  }

  private fail(error: unknown): void {
    clearInterval(this.tickTimer);
    clearTimeout(this.drainTimer);
    this.answers.stop();
    post({ type: 'failed', failure: failureOf(error) });
    parentPort?.close();
  }

  private post(): void {
    post({ type: 'recorded', bytes: this.writer.size });
  }

  private end(): void {
    clearInterval(this.tickTimer);
    clearTimeout(this.drainTimer);
    this.frame('tick', { last: true }, () => this.answers.finish());
    const answer = this.answers.answer();
    this.writer.end();
    this.answers.stop();
    this.post();
    post({ type: 'stopped', answer });
    parentPort?.close();
  }
}

export function newRecording({ recording, ...options }: WorkerOptions, machine: RunningMachine): Recording {
  if (!recording) throw new Error('nothing is to be recorded');
  return new Recording({ ...options, recording }, machine);
}

function post(reply: Reply): void {
  parentPort?.postMessage(reply);
}

/** A reader that is behind is waited for: what the rings have no room for meanwhile is counted. */
function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN')
        throw new CaptureError(
          `cannot write the recording: ${message}`,
          'what was written up to now can be replayed',
        );
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
}
