import { type Progress, SIDES, type Side } from '../records/piece.ts';
import { after } from './direction.ts';
import type { Exchange } from './exchange.ts';
import { takenNs } from './stages.ts';

interface Message {
  exchange: Exchange;
  isRequest: boolean;
  /** Sequence number behind it. */
  end: number;
}

/** Messages of one connection that ended, and are not acknowledged, or read, yet. */
export class Untaken {
  private readonly waiting: readonly [Message[], Message[]] = [[], []];

  add(side: Side, exchange: Exchange, isRequest: boolean, end: number): void {
    if (!isRequest) exchange.isUntaken = true;
    this.waiting[side].push({ exchange, isRequest, end });
  }

  /** How far the connection has come by now. */
  settle(progress: Progress): void {
    for (const side of SIDES) {
      const waiting = this.waiting[side];
      if (waiting.length === 0) continue;
      const isSent = side === 0;
      const upTo = isSent ? progress.acknowledged : progress.read;
      const isKnown = (isSent ? progress.acknowledgedNs : progress.readNs) !== 0;
      while (isKnown) {
        const message = waiting[0];
        if (!message || after(upTo, message.end) < 0) break;
        waiting.shift();
        take(message, takenNs(progress, isSent, message.end));
      }
    }
  }

  /** What is waited for comes no more. */
  clear(): void {
    for (const messages of this.waiting) for (const message of messages.splice(0)) take(message, null);
  }
}

function take({ exchange, isRequest }: Message, atNs: number | null): void {
  if (isRequest) exchange.requestTakenNs = atNs;
  else {
    exchange.answerTakenNs ??= atNs;
    exchange.isUntaken = false;
  }
}
