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

/** Messages in one direction, in their order: in two lists, as an object for each would be garbage at once. */
class Waiting {
  private readonly exchanges: Exchange[] = [];
  private readonly ends: number[] = [];

  constructor(private readonly isSent: boolean) {}

  add(exchange: Exchange, end: number): void {
    if (!this.isRequest(exchange)) exchange.isUntaken = true;
    this.exchanges.push(exchange);
    this.ends.push(end);
  }

  settle(progress: Progress, upTo: number, isKnown: boolean): void {
    if (!isKnown) return;
    while (this.exchanges.length > 0) {
      const end = this.ends[0] as number;
      if (after(upTo, end) < 0) break;
      this.ends.shift();
      this.take(this.exchanges.shift() as Exchange, takenNs(progress, this.isSent, end));
    }
  }

  clear(): void {
    for (const exchange of this.exchanges.splice(0)) this.take(exchange, null);
    this.ends.length = 0;
  }

  private take(exchange: Exchange, atNs: number | null): void {
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
