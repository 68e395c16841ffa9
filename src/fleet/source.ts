import type { Answer, Question, RowSource } from '../model/question.ts';
import { formatDuration } from '../text/format.ts';
import { Fleet } from './fleet.ts';
import type { Limits } from './pane-rows.ts';
import type { Prometheus } from './prometheus.ts';
import { ServerError } from './server.ts';

/** Timers may be so much too early. */
const EARLY_MS = 5;

/** Rows of all machines that a Prometheus has. It is asked anew once an interval, and when the question is new. */
export class FleetSource implements RowSource {
  private readonly fleet: Fleet;
  private question: Question | null = null;
  private answered: (answer: Answer) => void = () => {};
  private failed: (error: Error) => void = () => {};
  private turning: Promise<void> | null = null;
  private isNew = false;
  private isStopped = false;
  private timer: NodeJS.Timeout | undefined;
  private readMs = Number.NEGATIVE_INFINITY;
  /** When all was last asked for, answered or not, and how long that took. */
  private triedMs = Number.NEGATIVE_INFINITY;
  private tookMs = 0;
  private refreshMs: number | null = null;
  private problem: string | null = null;

  /**
   * `complain`: where given, what is wrong goes there, with the names in it, and no answer comes instead of an old one,
   * after a first one that is empty; null: the status has it.
   */
  constructor(
    private readonly prometheus: Prometheus,
    limits: Limits,
    private readonly complain: ((line: string, named: readonly string[]) => void) | null,
  ) {
    this.fleet = new Fleet(prometheus, limits, () => performance.now());
  }

  ask(question: Question): void {
    if (this.question === null && this.complain) this.answered(this.answerTo(question));
    this.question = question;
    this.isNew = true;
    const isBusy = this.turning !== null && Number.isFinite(this.readMs);
    if (isBusy && !this.complain) this.answered(this.answerTo(question)); // with what is there
    void this.turn();
  }

  onAnswer(listener: (answer: Answer) => void): void {
    this.answered = listener;
  }

  onFailure(listener: (error: Error) => void): void {
    this.failed = listener;
  }

  /** None come one by one. */
  onRows(): void {}

  /** A last refresh; null where the server does not answer it. */
  async finish(): Promise<Answer | null> {
    const { question } = this;
    clearTimeout(this.timer);
    this.isStopped = true;
    await this.turning;
    if (question) await this.refresh(question, true);
    this.prometheus.close();
    return question && this.problem === null ? this.answerTo(question) : null;
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.isStopped = true;
    this.prometheus.close();
  }

  private turn(): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    this.turning ??= this.turns()
      .catch((error: Error) => {
        if (!this.isStopped) this.failed(error);
      })
      .finally(() => {
        this.turning = null;
        if (this.isNew) void this.turn(); // it came with the last answer
      });
    return this.turning;
  }

  /** Until no newer question waits. */
  private async turns(): Promise<void> {
    clearTimeout(this.timer);
    while (this.question !== null && !this.isStopped) {
      const { question } = this;
      this.isNew = false;
      const isDue = performance.now() - this.triedMs >= question.intervalMs - EARLY_MS;
      await this.refresh(question, isDue);
      if (this.isStopped) return;
      if (this.problem === null || this.complain === null) this.answered(this.answerTo(question));
      if (this.isNew) continue;
      const wait = Math.max(this.tookMs, this.triedMs + question.intervalMs - performance.now());
      this.timer = setTimeout(() => void this.turn(), wait);
      return;
    }
  }

  /** Rejects with errors of nettop's own alone. */
  private async refresh(question: Question, isDue: boolean): Promise<void> {
    const began = performance.now();
    if (isDue) this.triedMs = began;
    try {
      await this.fleet.read(question, isDue);
      this.problem = null;
      if (!isDue) return;
      this.readMs = began;
      this.refreshMs = performance.now() - began;
      for (const warning of this.fleet.warnings()) this.tell(warning);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      this.problem = error.message;
      this.tell(error.message);
    } finally {
      if (isDue) this.tookMs = performance.now() - began;
    }
  }

  private tell(sentence: string): void {
    this.complain?.(`nettop: ${sentence}`, this.fleet.named());
  }

  private answerTo(question: Question): Answer {
    const { problem, refreshMs, readMs } = this;
    const since = Number.isFinite(readMs)
      ? `; figures are ${formatDuration((performance.now() - readMs) / 1000)} old`
      : '';
    return this.fleet.answer(question, { refreshMs, problem: problem && problem + since });
  }
}
