import { setImmediate } from 'node:timers/promises';
import type { Answer, Question, RowSource } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Frames } from './file/parser.ts';
import { Playback } from './playback.ts';

/** Rows handed out at once. */
const BATCH = 2000;

/** Where frames come from: a file, or a pipe, which has none at the moment. */
export interface FrameSource {
  /** null: there are no more, for now or ever. */
  next(): Frames | null;
  /** Resolves to false when no more come. */
  more(): Promise<boolean>;
  close(): void;
}

/** A recording as rows and reports for outputs that are not screens: as fast as they are read. */
export class ReplayRows implements RowSource {
  /** Resolves when all of it was told. */
  readonly over: Promise<void>;
  private reachEnd: () => void = () => {};
  private readonly playback: Playback | null;
  private answered: (answer: Answer) => void = () => {};
  private failed: (error: Error) => void = () => {};
  private readonly listeners = new Map<keyof Streams, (rows: never) => Promise<void>>();
  private isStopped = false;
  /** That of the tick before: it is handed out when another follows it. */
  private last: { answer: Answer; atUs: number } | null = null;
  private shownUs = 0;
  /** Of the first moment. */
  readonly beganUs: number;
  /** nettop's own network namespace; 0: not recorded. */
  readonly ownNetns: number;

  /** `frames`: the first ones are there. `pace`: resolves when the reader has time. */
  constructor(
    private readonly frames: FrameSource,
    private readonly pace: () => Promise<void>,
    private readonly errorOf: (error: unknown) => Error,
  ) {
    this.over = new Promise((resolve) => {
      this.reachEnd = resolve;
    });
    const first = frames.next();
    this.playback = first && new Playback(first);
    this.ownNetns = this.playback?.machine.ownNetns() ?? 0;
    this.beganUs = first && this.playback ? this.playback.machine.epochUs() + first.fromNs / 1000 : 0;
  }

  ask(question: Question): void {
    void this.run(question).catch((error) => this.failed(this.errorOf(error)));
  }

  onAnswer(listener: (answer: Answer) => void): void {
    this.answered = listener;
  }

  onFailure(listener: (error: Error) => void): void {
    this.failed = listener;
  }

  onRows<Name extends keyof Streams>(of: Name, listener: (rows: Streams[Name]) => Promise<void>): void {
    this.listeners.set(of, listener);
  }

  /** The moment that was told last; microseconds since the epoch. */
  nowUs(): number {
    return this.shownUs;
  }

  async finish(): Promise<Answer | null> {
    this.isStopped = true;
    this.frames.close();
    this.shownUs = this.last?.atUs ?? this.shownUs;
    return this.last?.answer ?? null;
  }

  async stop(): Promise<void> {
    await this.finish();
  }

  private async run(question: Question): Promise<void> {
    const { playback } = this;
    if (playback) {
      playback.answers.ask(question);
      this.answered(playback.answers.answer()); // as a live run's first: before anything is measured
      await this.play(playback);
      for (let frames = await this.wait(); frames && !this.isStopped; frames = await this.wait()) {
        playback.load(frames);
        await this.play(playback);
      }
    }
    this.reachEnd();
  }

  private async wait(): Promise<Frames | null> {
    for (;;) {
      const frames = this.frames.next();
      if (frames || !(await this.frames.more())) return frames;
    }
  }

  private async play(playback: Playback): Promise<void> {
    const { answers, machine } = playback;
    for (let frame = playback.step(); frame && !this.isStopped; frame = playback.step()) {
      await this.handOut(playback);
      if (frame.kind !== 'tick') continue;
      if (this.last) {
        this.shownUs = this.last.atUs;
        this.answered(this.last.answer);
      }
      this.last = { answer: answers.answer(), atUs: Math.floor(machine.epochUs() + frame.atNs / 1000) };
      await setImmediate();
      await this.pace();
    }
  }

  private async handOut({ answers }: Playback): Promise<void> {
    for (const [of, listener] of this.listeners)
      for (let rows = answers.take(of, BATCH); rows.length > 0; rows = answers.take(of, BATCH)) {
        await listener(rows as never);
        await this.pace();
      }
  }
}
