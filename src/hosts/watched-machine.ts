import type { Question } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { FramePipe } from '../record/file/frame-pipe.ts';
import type { Header } from '../record/file/header.ts';
import { type Frames, NoRecordingError } from '../record/file/parser.ts';
import { type Frame, Playback } from '../record/playback.ts';
import { ClockSkew } from './clock-skew.ts';
import type { Ssh, SshEnd } from './ssh.ts';
import { type Cause, whyEnded } from './why-ended.ts';

/** Rows handed out at once. */
const BATCH = 2000;
/** ssh that has nothing more to write ends, or is ended. */
const PATIENCE_MS = 2000;

/** What of the question a machine is asked; null: none of its rows are wanted. */
export type AskOf = (machine: WatchedMachine) => Question | null;

export interface Watcher {
  question: AskOf;
  /** After each frame. */
  took(machine: WatchedMachine, frame: Frame): Promise<void>;
}

/**
 * A machine whose recording comes as it is written. It has ledgers, clock and names of its own: whatever a number
 * means there, it is asked there alone.
 */
export class WatchedMachine {
  playback: Playback | null = null;
  /** Why it is not watched, or not any more; null: it is, or is about to be. */
  cause: Cause | null = null;
  /** Its rows are wanted by the filter. */
  isWanted = true;
  /** Why the filter means nothing there; null: it does. */
  misunderstood: string | null = null;
  /** It told of a tick since its rows were last shown. */
  isNew = false;
  readonly skew = new ClockSkew();

  constructor(
    /** By which it is told from the others. */
    readonly name: string,
    private readonly ssh: Ssh,
    private readonly pipe: FramePipe,
  ) {}

  /** null: it did not tell yet. */
  get header(): Header | null {
    return this.pipe.header;
  }

  /** It tells of itself. */
  get isThere(): boolean {
    return this.playback !== null && this.cause === null;
  }

  ask(questionOf: AskOf): void {
    if (!this.playback) return;
    const question = questionOf(this);
    this.isWanted = question !== null;
    if (question) this.playback.answers.ask(question);
  }

  /** Takes in what it tells, until its end. */
  async watch(watcher: Watcher): Promise<void> {
    let unread: string | null = null;
    try {
      for (let frames = await this.next(); frames; frames = await this.next()) {
        const { playback } = this.show(frames, watcher);
        for (let frame = playback.step(); frame; frame = playback.step()) await watcher.took(this, frame);
      }
    } catch (error) {
      unread =
        error instanceof NoRecordingError ? error.message : `cannot be read: ${(error as Error).message}`;
    }
    const isCutOff = unread !== null && !this.pipe.isAtEnd; // how ssh ends then says nothing
    const end = await this.end();
    this.cause = whyEnded(isCutOff ? { ...end, code: null } : end, unread, this.playback !== null);
  }

  /** Rows of a stream that were not handed out yet, in batches. */
  *rows<Name extends keyof Streams>(of: Name): Generator<Streams[Name]> {
    const { playback } = this;
    const take = () => playback?.answers.take(of, BATCH) ?? ([] as unknown as Streams[Name]);
    for (let rows = take(); rows.length > 0; rows = take()) yield rows;
  }

  stop(): Promise<void> {
    return this.ssh.stop();
  }

  /** What it wrote is over, or makes no sense: what is on standard error may still come. */
  private async end(): Promise<SshEnd> {
    const { ssh, pipe } = this;
    const timer = setTimeout(() => void ssh.stop(), pipe.isAtEnd ? PATIENCE_MS : 0);
    const end = await ssh.ended;
    clearTimeout(timer);
    return end;
  }

  private show(frames: Frames, { question }: Watcher): { playback: Playback } {
    if (this.playback) this.playback.load(frames);
    else {
      this.playback = new Playback(frames);
      this.ask(question);
    }
    if (this.header) this.skew.came(this.header.epochUs + frames.untilNs / 1000);
    return { playback: this.playback };
  }

  private async next(): Promise<Frames | null> {
    for (;;) {
      const frames = this.pipe.next();
      if (frames || !(await this.pipe.more())) return frames;
    }
  }
}
