import type { Lives } from '../../capture/accounting/lives.ts';
import { resetReasons } from '../../capture/ledger/ending.ts';
import type { RouteRefusals } from '../../capture/ledger/route-refusals.ts';
import { endsOf } from '../../capture/ledger/socket.ts';
import { CALL_CONNECT, CALL_SEND, type EventSample } from '../../capture/records/life-record.ts';
import { ipProtocol } from '../../capture/records/socket-kinds.ts';
import type { Expression } from '../../filter/ast.ts';
import { matchesEitherWay } from '../../filter/evaluate.ts';
import { epochUs } from '../../machine/clock.ts';
import type { EventRow, EventTotals } from '../../model/model.ts';
import { sanitize } from '../../text/text.ts';
import { toEvent } from './life-rows.ts';

/** Events of connections as rows, from the moment they are asked for. What nobody takes waits in the kernel's ring. */
export class EventFeed {
  private expression: Expression | null = null;
  private abandoned = 0;

  constructor(
    private readonly lives: Lives,
    private readonly routes: RouteRefusals,
  ) {}

  /** The filter is asked here: the kernel tells and counts all events. */
  start(expression: Expression | null): void {
    this.expression = expression;
    this.lives.start();
  }

  /** No event comes after those that are there. */
  end(): void {
    this.lives.pause();
  }

  /** At most `limit`, oldest first; none: there are no more. */
  take(limit: number): EventRow[] {
    const rows: EventRow[] = [];
    const names = { reasons: resetReasons(), safe: sanitize, epochUs: epochUs() };
    const visit = (sample: EventSample) => {
      if (this.matches(sample)) rows.push(toEvent(sample, names, this.refusal(sample)));
    };
    while (this.lives.drain(visit, limit) === limit && rows.length === 0);
    return rows;
  }

  /** What waits is never taken. */
  abandon(): void {
    this.abandoned += this.lives.drain(() => {}, Number.POSITIVE_INFINITY);
  }

  warnings(): string[] {
    return this.abandoned === 0
      ? []
      : [`${this.abandoned} events were not written: nobody read them in time`];
  }

  totals(): EventTotals | null {
    return this.lives.totals();
  }

  /** The errno of the routes, where nothing was sent for it may be theirs. */
  private refusal(sample: EventSample): number {
    const isSending = sample.call === CALL_CONNECT || sample.call === CALL_SEND;
    return isSending ? this.routes.of({ ...sample, device: 0 }) : 0;
  }

  private matches(sample: EventSample): boolean {
    const { expression } = this;
    if (expression === null) return true;
    const { pid, netns, comm } = sample;
    const protocol = ipProtocol(sample.protocol) ?? 0;
    const subject = { ...endsOf(sample), protocol, pid, netns, process: sanitize(comm) };
    return matchesEitherWay(expression, subject);
  }
}
