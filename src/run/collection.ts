import type { ConnectionRow, ProcessRow, Status } from '../model/model.ts';
import type { Answer } from '../model/question.ts';
import type { FailedCall } from '../model/run.ts';
import type { DropRow } from '../panes/drops/row.ts';
import type { RequestRow, RequestTotals } from '../panes/requests/row.ts';

/** Of all processes of the machine, before it is known whose are the command's. */
const MOST_REQUESTS = 50_000;

/** A connection, and when it was looked at: wall clock, microseconds since the epoch. */
export interface SeenConnection {
  row: ConnectionRow;
  atUs: number;
}

/** What a command and its descendants did, as rows. */
export interface Collected {
  processes: readonly ProcessRow[];
  connections: readonly SeenConnection[];
  requests: readonly RequestRow[];
  drops: readonly DropRow[];
  failedCalls: readonly FailedCall[];
  /** Of all processes, those of which nothing is known. */
  failedCallsLost: number;
  /** Of all requests of the machine; null: they were not followed. */
  requestTotals: RequestTotals | null;
  /** null: there was no answer. */
  status: Status | null;
  /** Requests that were thrown away, as there were too many. */
  forgotten: number;
}

/** Gathers the rows of a run while it goes on. */
export class Collection {
  private readonly processes = new Map<string, ProcessRow>();
  private readonly connections = new Map<string, SeenConnection>();
  private requests: RequestRow[] = [];
  private last: Answer | null = null;
  private forgotten = 0;

  /** Each answer, in order. */
  answer(answer: Answer): void {
    this.last = answer;
    if (!answer.run) return;
    const { atUs, processes, connections } = answer.run;
    for (const row of processes) this.processes.set(row.key, row);
    for (const row of connections) this.connections.set(row.key, { row, atUs });
  }

  /** Each connection so far, as it was seen last. */
  seen(): SeenConnection[] {
    return [...this.connections.values()];
  }

  /** Requests of all processes, as they end. */
  take(rows: readonly RequestRow[]): void {
    for (const row of rows) this.requests.push(row);
    if (this.requests.length <= MOST_REQUESTS) return;
    this.requests = this.ours(this.pids());
    const surplus = Math.max(0, this.requests.length - MOST_REQUESTS / 2);
    this.requests.splice(0, surplus);
    this.forgotten += surplus;
  }

  /** `own`: numbers of processes of the run that are known beside those that used sockets. */
  end(own: Iterable<number> = []): Collected {
    const pids = new Set([...this.pids(), ...own]);
    return {
      processes: [...this.processes.values()],
      connections: this.seen(),
      requests: this.ours(pids).sort((one, other) => one.timeUs - other.timeUs),
      drops: (this.last?.drops?.rows ?? []).filter(({ pid }) => pid !== null && pids.has(pid)),
      failedCalls: this.last?.run?.failedCalls ?? [],
      failedCallsLost: this.last?.run?.failedCallsLost ?? 0,
      requestTotals: this.last?.requests ?? null,
      status: this.last?.status ?? null,
      forgotten: this.forgotten,
    };
  }

  /** Of what was gone at once the owner may not be known: then its connection tells. */
  private ours(pids: ReadonlySet<number>): RequestRow[] {
    const ends = new Set([...this.connections.values()].map(({ row }) => endsOf(row.protocol, row)));
    return this.requests.filter((row) =>
      row.pid === null ? ends.has(endsOf(row.transport, row)) : pids.has(row.pid),
    );
  }

  private pids(): Set<number> {
    return new Set([...this.processes.values()].map(({ pid }) => pid));
  }
}

type Ends = Pick<RequestRow, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

function endsOf(protocol: string, { localAddress, localPort, remoteAddress, remotePort }: Ends): string {
  return `${protocol} ${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
