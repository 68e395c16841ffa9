import type { Play, Seek } from '../model/play.ts';
import type { Answer, Question, Source } from '../model/question.ts';
import type { Span } from './file/frame-file.ts';
import type { Frames } from './file/parser.ts';
import { Playback } from './playback.ts';
import type { FrameSource } from './replay-rows.ts';

/** How often it goes on. */
const STEP_MS = 50;
/** On the way to another moment it goes on for so long at once. */
const PART_MS = 60;
/** A moment is shown with the packets of so long before it: more than a screen of them. */
const PACKETS_NS = 20e6 * 1000;
const USUAL: Play = { isPaused: false, speed: 1, seeks: 0, seek: null };

/** A recording as it is shown on the screen. */
export interface Film extends FrameSource {
  /** From the beginning on; absent: it comes out of a pipe, and does not come again. */
  restart?(): void;
  /** null: it is still being written. */
  span(): Span | null;
  /** What could not be read of it, as sentences. */
  damaged(): string[];
}

/** Answers over a recording, which goes on as time does; or faster, or not at all, or from another moment on. */
export class ReplaySource implements Source {
  private playback: Playback | null = null;
  private question: Question | null = null;
  private readonly span: Span | null;
  private timer: NodeJS.Timeout | undefined;
  private answered: (answer: Answer) => void = () => {};
  private failed: (error: Error) => void = () => {};
  /** Up to when it is told, and when that was. */
  private untilNs = Number.NaN;
  private atMs = 0;
  private wantedNs: number | null = null;
  private seeks = 0;
  private atNs = 0;
  private isOver = false;
  private isWaiting = false;

  constructor(
    private readonly film: Film,
    private readonly errorOf: (error: unknown) => Error = (error) => error as Error,
  ) {
    this.span = film.span();
  }

  ask(question: Question): void {
    const isFirst = this.question === null;
    this.question = question;
    this.playback?.answers.ask(question);
    const { seeks, seek } = this.play;
    if (seeks !== this.seeks && seek) this.seek(seek);
    this.seeks = seeks;
    if (isFirst) this.goOn();
    else setImmediate(() => this.send());
  }

  onAnswer(listener: (answer: Answer) => void): void {
    this.answered = listener;
  }

  onFailure(listener: (error: Error) => void): void {
    this.failed = listener;
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.film.close();
    this.question = null;
  }

  private get play(): Play {
    return this.question?.play ?? USUAL;
  }

  private seek(seek: Seek): void {
    if (!this.playback) this.nextNs(); // its clock is in it
    if (seek === 'step') this.wantedNs = (this.playback?.nextNs ?? this.atNs) + 1;
    else {
      const epochUs = this.playback?.machine.epochUs() ?? 0;
      const toNs = 'toUs' in seek ? (seek.toUs - epochUs) * 1000 : this.atNs + seek.byUs * 1000;
      const { fromNs = 0, untilNs = Number.POSITIVE_INFINITY } = this.span ?? {};
      this.wantedNs = Math.max(fromNs, Math.min(untilNs, toNs));
      if (this.wantedNs < this.atNs && this.film.restart) {
        this.film.restart();
        this.playback = null;
        this.isOver = false;
      }
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.goOn());
  }

  private goOn(): void {
    try {
      this.advance();
    } catch (error) {
      this.failed(this.errorOf(error));
      return;
    }
    if (this.question && !this.isWaiting && !(this.isOver && this.wantedNs === null))
      this.timer = setTimeout(() => this.goOn(), this.wantedNs === null ? STEP_MS : 0);
  }

  private advance(): void {
    const nowMs = performance.now();
    const { isPaused, speed } = this.play;
    if (this.wantedNs === null && !isPaused) this.untilNs += (nowMs - this.atMs) * 1e6 * speed;
    this.atMs = nowMs;
    const untilNs = this.wantedNs ?? this.untilNs;
    let isNew = false;
    let next = this.nextNs();
    for (; next !== null && !(next > untilNs); next = this.nextNs()) {
      const { playback } = this;
      if (!playback) break;
      if (Number.isNaN(this.untilNs)) this.untilNs = next;
      playback.isHurried = this.wantedNs !== null && next < this.wantedNs - PACKETS_NS;
      const frame = playback.step();
      if (!frame) continue;
      this.atNs = frame.atNs;
      isNew ||= frame.kind === 'tick';
      if (performance.now() - nowMs > PART_MS) break;
    }
    if (this.wantedNs !== null && (next === null || next > this.wantedNs)) {
      this.untilNs = this.wantedNs;
      this.wantedNs = null;
      isNew = true;
    }
    if (isNew) this.send();
  }

  /** When the next frame was; null: there is none now. */
  private nextNs(): number | null {
    for (;;) {
      const nextNs = this.playback?.nextNs ?? null;
      if (nextNs !== null) return nextNs;
      const frames = this.film.next();
      if (!frames) {
        this.wait();
        return null;
      }
      this.show(frames);
    }
  }

  private show(frames: Frames): void {
    if (this.playback) this.playback.load(frames);
    else {
      this.playback = new Playback(frames, true);
      if (this.question) this.playback.answers.ask(this.question);
    }
  }

  /** For what a pipe brings next. */
  private wait(): void {
    if (this.isOver || this.isWaiting) return;
    this.isWaiting = true;
    void this.film.more().then((isMore) => {
      this.isWaiting = false;
      this.isOver = !isMore;
      if (this.isOver) this.send();
      if (this.question) this.goOn();
    });
  }

  private send(): void {
    const { playback, span, film } = this;
    if (!playback || !this.question) return;
    const us = (ns: number) => Math.floor(playback.machine.epochUs() + ns / 1000);
    this.answered({
      ...playback.answers.answer(),
      playing: {
        fromUs: us(span?.fromNs ?? this.atNs),
        untilUs: span && us(span.untilNs),
        atUs: us((this.isOver && span?.untilNs) || this.atNs),
        isOver: this.isOver,
        isSeeking: this.wantedNs !== null,
        damage: film.damaged(),
      },
    });
  }
}
