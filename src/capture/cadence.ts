import type { Question } from '../model/question.ts';
import { isTraced } from '../views/trace/traces.ts';

/**
 * How often the rings are read: while rows are streamed, a question was asked just now or many connections close;
 * while the screen alone looks; ever more seldom while nothing comes, where rows are streamed and else.
 */
const DRAIN_MS = 20;
const SCREEN_DRAIN_MS = 100;
const QUIET_DRAIN_MS = 80;
const IDLE_DRAIN_MS = 200;
/** Where so much was found, an eighth of the trace's ring, it is read again soon. */
const MUCH = 5000;
/** What is on the screen is drawn anew at most so often; soon after a question, sooner. */
const REFRESH_NS = 250e6;
/**
 * Where so much came since that nobody reads it, events of a trace, or pieces of requests, of which each has up to four:
 * seldomer, with the usual ticks alone, which come before.
 */
const FLOOD_EVENTS = 2000;
const FLOOD_PIECES = 200;
const FLOOD_REFRESH_NS = 1.2e9;
const HURRY_NS = 40e6;
const HURRIED_FOR_NS = 500e6;

/** What one reading of the rings found, and who waits for it. */
export interface Reading {
  found: number;
  /** Rows went out. */
  sent: boolean;
  isStreaming: boolean;
  /** Many connections close. */
  isBusy: boolean;
}

/** When the rings are read next, and when the screen is told of what was found. Times are monotonic, ns. */
export class Cadence {
  private drainMs = DRAIN_MS;
  private flood = FLOOD_PIECES;
  private askedNs = Number.NEGATIVE_INFINITY;
  private answeredNs = Number.NEGATIVE_INFINITY;
  private unseen = 0;

  ask(question: Question, nowNs: number): void {
    this.askedNs = nowNs;
    this.drainMs = DRAIN_MS;
    this.flood = isTraced(question) ? FLOOD_EVENTS : FLOOD_PIECES;
  }

  found(count: number): void {
    this.unseen += count;
  }

  answered(nowNs: number): void {
    this.answeredNs = nowNs;
    this.unseen = 0;
  }

  /** Something was found since the last answer. */
  get isBehind(): boolean {
    return this.unseen > 0;
  }

  isDue(nowNs: number): boolean {
    const pause = this.unseen > this.flood ? FLOOD_REFRESH_NS : REFRESH_NS;
    return nowNs - this.answeredNs >= (this.isHurried(nowNs) ? HURRY_NS : pause);
  }

  /** Until the rings are read again. */
  nextMs({ found, sent, isStreaming, isBusy }: Reading, nowNs: number): number {
    const isSoon = isStreaming || this.isHurried(nowNs) || isBusy || found > MUCH;
    const least = isSoon ? DRAIN_MS : SCREEN_DRAIN_MS;
    const most = isStreaming ? QUIET_DRAIN_MS : IDLE_DRAIN_MS;
    const isQuiet = found === 0 && !sent && !isBusy;
    this.drainMs = isQuiet ? Math.max(least, Math.min(2 * this.drainMs, most)) : least;
    return this.drainMs;
  }

  private isHurried(nowNs: number): boolean {
    return nowNs - this.askedNs < HURRIED_FOR_NS;
  }
}
