import { CALL } from '../../abi/life.ts';
import { AskedNames } from '../../capture/exchanges/asked-names.ts';
import type { RouteRefusals } from '../../capture/ledger/route-refusals.ts';
import { endsOf } from '../../capture/ledger/socket.ts';
import type { EventSample } from '../../capture/records/life-record.ts';
import { ipProtocol } from '../../capture/records/socket-kinds.ts';
import type { Expression } from '../../filter/ast.ts';
import { matchesEitherWay } from '../../filter/evaluate.ts';
import type { Machine } from '../../machine/machine.ts';
import type { EventRow, EventTotals } from '../../model/model.ts';
import { sanitize } from '../../text/text.ts';
import type { LifeFeed } from '../feed.ts';
import { farEndOfEvent, farName } from './far-name.ts';
import type { PlaceNames } from './fault-rows.ts';
import { type EventNames, toEvent } from './life-rows.ts';

export type EventMachine = Pick<Machine, 'resetReason' | 'epochUs'> & PlaceNames;

/** What rows of events are named by. */
export const eventNames = (machine: EventMachine, asked: AskedNames): EventNames => ({
  reasons: (reason) => machine.resetReason(reason),
  safe: sanitize,
  epochUs: machine.epochUs(),
  places: machine,
  farName: (sample) => farName(asked, farEndOfEvent(sample)),
});

/** Events of connections as rows, from the moment they are asked for. What nobody takes waits in the kernel's ring. */
export class EventFeed {
  private expression: Expression | null = null;
  private abandoned = 0;

  constructor(
    private readonly lives: LifeFeed,
    private readonly routes: RouteRefusals,
    private readonly machine: EventMachine,
    private readonly asked = new AskedNames(),
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
    const names = eventNames(this.machine, this.asked);
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
    const isSending = sample.call === CALL.connect || sample.call === CALL.send;
    return isSending ? this.routes.of({ ...sample, device: 0 }) : 0;
  }

  private matches(sample: EventSample): boolean {
    const { expression } = this;
    if (expression === null) return true;
    const { pid, netns, comm } = sample;
    const protocol = ipProtocol(sample.protocol) ?? 0;
    const destinationName = farName(this.asked, farEndOfEvent(sample)).remoteName;
    const names = { sourceName: null, destinationName };
    const subject = { ...endsOf(sample), ...names, protocol, pid, netns, process: sanitize(comm) };
    return matchesEitherWay(expression, subject);
  }
}
