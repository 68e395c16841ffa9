import { grouped } from '../model/grouped.ts';
import type { ConnectionRow } from '../model/model.ts';
import type { Answer } from '../model/question.ts';
import type { DropRow } from '../panes/drops/row.ts';
import type { RequestRow } from '../panes/requests/row.ts';
import type { ServiceRow } from '../panes/services/row.ts';
import { ConnectionSums } from './connection-sums.ts';
import type { Figures, Part } from './figures.ts';
import { isOnce, RequestSums } from './request-sums.ts';

/** What one recording has, by part and thing. */
export interface Gathered {
  seconds: number;
  /** A part that was not recorded is not there. */
  parts: Partial<Record<Part, ReadonlyMap<string, Figures>>>;
  /** What is missing in it, as sentences. */
  warnings: readonly string[];
}

/** Gathers the figures of a recording while it is read. */
export class Gathering {
  private readonly connections = new ConnectionSums();
  private readonly requests = new RequestSums();
  private last: Answer | null = null;

  /** Each answer, in order; the first one is from before anything was measured. */
  answer(answer: Answer): void {
    if (answer.connections) this.connections.look(answer.connections.rows, this.last === null);
    this.last = answer;
  }

  take(rows: readonly RequestRow[]): void {
    for (const row of rows) if (isOnce(row)) this.requests.add(row);
  }

  end(seconds: number): Gathered {
    const { processes, requests, services, drops, status } = this.last ?? {};
    return {
      seconds,
      parts: {
        ...(processes && { processes: new Map(processes.rows.map(processFigures)) }),
        ...(this.last?.connections && { connections: this.connections.figures() }),
        ...(requests && { requests: this.requests.figures() }),
        ...(services && { services: serviceFigures(services.rows) }),
        ...(drops && { drops: dropFigures(drops.rows) }),
      },
      warnings: status?.warnings ?? [],
    };
  }
}

type Process = Pick<ConnectionRow, 'process'> & { rxBytes: number; txBytes: number };

const processFigures = ({ process, rxBytes, txBytes }: Process): [string, Figures] => [
  process ?? '?',
  { transmitBytes: txBytes, receiveBytes: rxBytes },
];

/** Those of one name at one port are one service, whatever their numbers. */
function serviceFigures(rows: readonly ServiceRow[]): Map<string, Figures> {
  const found = grouped(rows, ({ process, port }) => `${process ?? '?'} :${port}`);
  return new Map(
    [...found].map(([key, members]) => {
      const answers = members.reduce((sum, row) => sum + row.answers, 0);
      const waited = members.reduce((sum, row) => sum + row.meanUs * row.answers, 0);
      const below = (percent: number) => slotPercentile(members, percent);
      return [
        key,
        {
          answers,
          p50Microseconds: below(50),
          p95Microseconds: below(95),
          p99Microseconds: below(99),
          waitedMicroseconds: waited,
        },
      ];
    }),
  );
}

/** So many percent took less, as for a single service. */
function slotPercentile(members: readonly ServiceRow[], percent: number): number | null {
  const slots = members.flatMap(({ slots }) => slots).sort((a, b) => a.belowUs - b.belowUs);
  let left = Math.ceil((percent / 100) * slots.reduce((sum, { answers }) => sum + answers, 0));
  for (const { belowUs, answers } of slots) {
    left -= answers;
    if (left <= 0) return belowUs;
  }
  return null;
}

/** Where a function's code lies differs from kernel to kernel. */
function dropKey({ reason, place, process }: DropRow): string {
  const at = place === null ? '' : ` at ${place.replace(/\+0x[\da-f]+$/, '')}`;
  return `${reason ?? '?'}${at}${process === null ? '' : ` of ${process}`}`;
}

function dropFigures(rows: readonly DropRow[]): Map<string, Figures> {
  return new Map(
    [...grouped(rows, dropKey)].map(([key, members]) => [
      key,
      { drops: members.reduce((sum, { count }) => sum + count, 0) },
    ]),
  );
}
