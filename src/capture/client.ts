import { Worker } from 'node:worker_threads';
import { CaptureError, RefusedError } from '../errors.ts';
import { limitError } from '../machine/limits.ts';
import type { DebugRow } from '../model/function.ts';
import type { LineStyle, Piece } from '../model/lines.ts';
import type { Answer, Question, RowSource } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Recorded } from '../record/tape.ts';
import { errorOf } from './failure.ts';
import type { Reply, Request, WorkerOptions } from './messages.ts';

/** The main thread's side of the capture worker. */
export class LiveSource implements RowSource {
  private readonly worker: Worker;
  private readonly stopped: Promise<Answer | null>;
  private resolveStopped: (answer: Answer | null) => void = () => {};
  private answered: (answer: Answer) => void = () => {};
  private failed: (error: Error) => void = () => {};
  private failure: Error | null = null;
  private readonly listeners: { [Name in keyof Streams]?: (rows: Streams[Name]) => Promise<void> } = {};
  private written: (pieces: Piece[]) => Promise<void> = async () => {};
  private debugged: (functions: DebugRow[]) => void = () => {};
  private ending = false;
  /** Where one is made. */
  recorded: Recorded | null = null;
  private recordedMore: (recorded: Recorded) => void = () => {};

  /** `whole`: a part of what is asked for that the kernel refuses is a failure, not a warning. */
  constructor(
    options: WorkerOptions,
    log: (line: string) => void,
    private readonly whole: boolean,
  ) {
    this.stopped = new Promise((resolve) => {
      this.resolveStopped = resolve;
    });
    this.worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: options,
      argv: process.argv.slice(2), // src/machine/heap.ts goes by it
      ...(options.verbose && { execArgv: [...process.execArgv, '--enable-source-maps'] }),
      stdout: true,
      stderr: true, // nothing but the UI writes to the terminal
      trackUnmanagedFds: false, // else Node warns, with a stack, whenever one that libbpf opened is closed
    });
    const warned = (text: string) => {
      if (options.verbose) log(text.trimEnd());
    };
    for (const stream of [this.worker.stdout, this.worker.stderr])
      stream.setEncoding('utf8').on('data', warned);
    this.worker.on('message', (reply: Reply) => this.handle(reply, log));
    this.worker.on('error', (error) => this.fail(limitError(error) ?? (error as Error)));
    this.worker.on('exit', () => this.ended());
  }

  ask(question: Question): void {
    this.post({ type: 'ask', question });
  }

  onAnswer(listener: (answer: Answer) => void): void {
    this.answered = listener;
  }

  onFailure(listener: (error: Error) => void): void {
    this.failed = listener;
    if (this.failure) listener(this.failure);
  }

  /** Rows as they come; the next ones follow when the listener's promise is resolved. */
  onRows<Name extends keyof Streams>(of: Name, listener: (rows: Streams[Name]) => Promise<void>): void {
    Object.assign(this.listeners, { [of]: listener });
    this.post({ type: 'stream' });
  }

  /** The worker makes them: a row costs more to bring to another thread than its line. */
  onLines(style: LineStyle, listener: (pieces: Piece[]) => Promise<void>): void {
    this.written = listener;
    this.post({ type: 'stream', style });
  }

  /** Where a recording is made: once a tick, and at its end. */
  onRecorded(listener: (recorded: Recorded) => void): void {
    this.recordedMore = listener;
  }

  debug(): Promise<DebugRow[]> {
    return new Promise((resolve) => {
      this.debugged = resolve;
      this.post({ type: 'debug' });
    });
  }

  /** The last answer, read after everything else; null when there was none. */
  async finish(impatience?: Promise<void>): Promise<Answer | null> {
    if (!this.ending) this.post({ type: 'stop' });
    this.ending = true;
    void impatience?.then(() => this.post({ type: 'abandon' }));
    return this.stopped;
  }

  async stop(): Promise<void> {
    await this.finish();
  }

  private post(request: Request): void {
    this.worker.postMessage(request);
  }

  private async handle(reply: Reply, log: (line: string) => void): Promise<void> {
    switch (reply.type) {
      case 'answer':
        this.answer(reply.answer);
        return this.post({ type: 'shown' });
      case 'rows':
        await this.listeners[reply.of]?.(reply.rows as never);
        return this.post({ type: 'written' });
      case 'lines':
        await this.written(reply.pieces);
        return this.post({ type: 'written' });
      case 'debug':
        return this.debugged(reply.functions);
      case 'log':
        return log(reply.line);
      case 'stopped':
        return this.resolveStopped(reply.answer);
      case 'recorded':
        this.recorded = reply.recorded;
        return this.recordedMore(reply.recorded);
      case 'failed':
        return this.fail(errorOf(reply.failure));
    }
  }

  private answer(answer: Answer): void {
    const refusal = answer.status.refused.find(({ part }) => part !== 'names'); // rows do without
    if (refusal && this.whole) this.fail(new RefusedError(refusal.reason, refusal.hint));
    else this.answered(answer);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.resolveStopped(null);
    this.failed(this.failure);
  }

  private ended(): void {
    if (!this.ending)
      this.fail(new CaptureError('the capture worker ended', 'run with --verbose for details'));
    this.resolveStopped(null);
  }
}
