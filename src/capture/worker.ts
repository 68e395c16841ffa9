import '../machine/heap.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { giveBack, holdBlocks, letBlocksGo } from '../../native/libc.ts';
import { monotonicNs } from '../machine/clock.ts';
import { RunningMachine } from '../machine/running-machine.ts';
import { complete } from '../machine/work.ts';
import { Naming } from '../views/naming.ts';
import { Cadence } from './cadence.ts';
import { Capture } from './capture.ts';
import { debugFunctions } from './debug.ts';
import { failureOf } from './failure.ts';
import type { Reply, Request, WorkerOptions } from './messages.ts';
import { RowSender } from './row-sender.ts';

/** A tick goes on for so long at once: what is asked meanwhile does not wait for its end. */
const PART_NS = 15e6;
/** What malloc keeps after a load is over goes back to the kernel so often. */
const GIVE_BACK_MS = 60_000;
/** Of a fault, with --verbose: what called is more of use than what it fell over. */
const STACK_FRAMES = 50;
/** Answers that may be: where the terminal stands still, those after them are not made. */
const ANSWERS = 2;

class CaptureWorker {
  private readonly capture: Capture;
  private readonly rows: RowSender;
  private readonly naming = new Naming(monotonicNs);
  private tickTimer: NodeJS.Timeout | undefined;
  private drainTimer: NodeJS.Timeout | undefined;
  private readonly cadence = new Cadence();
  private intervalMs = 0;
  /** What is left of the tick that is under way. */
  private ticking: Generator<void> | null = null;
  private answersUnderWay = 0;
  /** An answer is due and was not made, as others are under way. */
  private owesAnswer = false;
  private stopping = false;

  constructor(options: WorkerOptions, machine: RunningMachine) {
    if (options.verbose) Error.stackTraceLimit = STACK_FRAMES;
    const verbose = options.verbose ? (line: string) => post({ type: 'log', line }) : undefined;
    this.capture = new Capture({ ...options, verbose }, machine);
    this.rows = new RowSender(this.capture, post);
    process.on('exit', () => this.capture.stop()); // a crash too leaves nothing in the kernel
  }

  handle(request: Request): void {
    switch (request.type) {
      case 'ask':
        this.ask(request.question);
        break;
      case 'stream':
        void this.rows.begin(request.style).then(() => this.sendRows());
        break;
      case 'written':
        this.rows.taken();
        this.sendRows();
        break;
      case 'shown':
        this.answersUnderWay--;
        if (this.owesAnswer) this.send();
        break;
      case 'debug':
        post({ type: 'debug', functions: debugFunctions(this.capture) });
        break;
      case 'stop':
        this.stop();
        break;
      case 'abandon':
        this.capture.abandon();
        this.rows.abandon();
        this.endIfDone();
    }
  }

  private ask(question: Extract<Request, { type: 'ask' }>['question']): void {
    this.capture.ask(question);
    letBlocksGo(); // what the first question needs is loaded
    this.naming.ask(question.names);
    this.cadence.ask(question, monotonicNs());
    if (question.intervalMs !== this.intervalMs) {
      this.intervalMs = question.intervalMs;
      clearInterval(this.tickTimer);
      this.tickTimer = setInterval(() => this.beginTick(), question.intervalMs);
    }
    this.send();
    clearTimeout(this.drainTimer);
    this.drain();
  }

  private beginTick(): void {
    if (this.ticking) return;
    this.ticking = this.capture.tick();
    this.goOn();
  }

  private goOn(): void {
    const beginNs = monotonicNs();
    while (this.ticking && monotonicNs() - beginNs < PART_NS)
      if (this.ticking.next().done) {
        this.ticking = null;
        this.send();
      }
    if (this.ticking) setImmediate(() => this.goOn());
  }

  private drain(): void {
    const { cadence, capture, rows } = this;
    const found = capture.drain();
    cadence.found(found);
    if ((cadence.isBehind || this.naming.isNewer) && cadence.isDue(monotonicNs())) this.send();
    if (!this.ticking) capture.survey(monotonicNs());
    const sent = rows.send();
    const { isStreaming } = rows;
    const { isBusy } = capture;
    const pauseMs = cadence.nextMs({ found, sent, isStreaming, isBusy }, monotonicNs());
    this.drainTimer = setTimeout(() => this.drain(), pauseMs);
  }

  private send(): void {
    this.owesAnswer = this.answersUnderWay >= ANSWERS;
    if (this.owesAnswer || this.stopping) return;
    this.answersUnderWay++;
    this.cadence.answered(monotonicNs());
    post({ type: 'answer', answer: this.naming.name(this.capture.answer()) });
  }

  private stop(): void {
    clearInterval(this.tickTimer);
    clearTimeout(this.drainTimer);
    this.naming.ask(undefined);
    if (this.ticking) complete(this.ticking);
    this.ticking = null;
    this.capture.finish();
    this.stopping = true;
    this.sendRows();
  }

  private sendRows(): void {
    this.rows.send();
    this.endIfDone();
  }

  /** What is still kept goes out before the end, as the reader takes it. */
  private endIfDone(): void {
    if (!this.stopping || this.rows.isFull) return;
    this.stopping = false;
    const answer = this.capture.answer();
    this.capture.stop();
    post({ type: 'stopped', answer });
    parentPort?.close();
  }
}

function post(reply: Reply): void {
  parentPort?.postMessage(reply);
}

type Main = (options: WorkerOptions, machine: RunningMachine) => { handle(request: Request): void };

async function main(): Promise<void> {
  try {
    holdBlocks();
    setInterval(giveBack, GIVE_BACK_MS).unref();
    const options = workerData as WorkerOptions;
    const make: Main = options.recording
      ? (await import('./recording.ts')).newRecording
      : (...live) => new CaptureWorker(...live);
    const worker = make(options, new RunningMachine());
    parentPort?.on('message', (request: Request) => worker.handle(request));
  } catch (error) {
    post({ type: 'failed', failure: failureOf(error) });
    parentPort?.close();
  }
}

void main();
