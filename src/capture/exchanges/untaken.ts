import type { Progress, Side } from '../records/piece.ts';
import { after } from './direction.ts';
import type { Exchange } from './exchange.ts';
import { takenNs } from './stages.ts';

/** Messages of one connection that ended, and are not acknowledged, or read, yet. */
export class Untaken {
  /** What this end sent, and what it received. */
  private readonly sides = [new Waiting(true), new Waiting(false)] as const;

  /** `end`: the sequence number behind the message. */
  add(side: Side, exchange: Exchange, end: number): void {
    this.sides[side].add(exchange, end);
  }

  /** How far the connection has come by now. */
  settle(progress: Progress): void {
    this.sides[0].settle(progress, progress.acknowledged, progress.acknowledgedNs !== 0);
    this.sides[1].settle(progress, progress.read, progress.readNs !== 0);
  }

  /** What is waited for comes no more. */
  clear(): void {
    for (const side of this.sides) side.clear();
  }
}

/** Messages in one direction, in their order. Mostly there is one: those behind it alone need lists. */
class Waiting {
  private first: Exchange | null = null;
  private firstEnd = 0;
  private readonly others: Exchange[] = [];
  private readonly otherEnds: number[] = [];

  constructor(private readonly isSent: boolean) {}

  add(exchange: Exchange, end: number): void {
    if (!this.isRequest(exchange)) exchange.isUntaken = true;
    exchange.waits++;
    if (this.first === null) {
      this.first = exchange;
      this.firstEnd = end;
    } else {
      this.others.push(exchange);
      this.otherEnds.push(end);
    }
  }

  settle(progress: Progress, upTo: number, isKnown: boolean): void {
    while (isKnown && this.first !== null && after(upTo, this.firstEnd) >= 0)
      this.take(this.first, takenNs(progress, this.isSent, this.firstEnd));
  }

  clear(): void {
    while (this.first !== null) this.take(this.first, null);
  }

  private take(exchange: Exchange, atNs: number | null): void {
    this.first = this.others.length > 0 ? (this.others.shift() ?? null) : null;
    this.firstEnd = this.first === null ? 0 : (this.otherEnds.shift() ?? 0);
    exchange.waits--;
    if (this.isRequest(exchange)) exchange.requestTakenNs = atNs;
    else {
      exchange.answerTakenNs ??= atNs;
      exchange.isUntaken = false;
    }
  }

  /** This end sends what it asks, and receives what it is asked. */
  private isRequest({ isClient }: Exchange): boolean {
    return isClient === this.isSent;
  }
}
