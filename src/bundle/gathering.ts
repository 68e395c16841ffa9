import type { ConnectionRow } from '../model/model.ts';
import type { Answer } from '../model/question.ts';
import { judge, type Look, THRESHOLDS, type Verdict } from '../model/verdict.ts';
import type { AlertRow } from '../panes/alerts/row.ts';
import type { RequestRow } from '../panes/requests/row.ts';

/** Connections whose verdicts are worked out: the busiest of each moment. */
const JUDGED = 100;
const MOST_ALERTS = 200;
const MOST_REQUESTS = 10_000;

/** A connection, with what it moved in the span and what held it back. */
export interface Told {
  row: ConnectionRow;
  /** Bytes of payload, both ways. */
  moved: number;
  verdict: Verdict | null;
}

/** What a summary is made of. */
export interface Gathered {
  last: Answer;
  /** Wall clock, microseconds since the epoch. */
  fromUs: number;
  untilUs: number;
  /** Most moved first. */
  connections: readonly Told[];
  alerts: readonly AlertRow[];
  /** Those that were told after so many. */
  otherAlerts: number;
  /** Those that ended. */
  requests: readonly RequestRow[];
  otherRequests: number;
}

/** Takes in the answers of a span, in order. */
export class Gathering {
  private readonly before = new Map<string, number>();
  private readonly looks = new Map<string, Look[]>();
  private readonly alerts: AlertRow[] = [];
  private otherAlerts = 0;
  private readonly requests: RequestRow[] = [];
  private otherRequests = 0;
  private last: Answer | null = null;
  private fromUs = 0;
  private untilUs = 0;

  answer(answer: Answer, atUs: number): void {
    const isFirst = this.last === null;
    this.last = answer;
    if (isFirst) this.fromUs = atUs;
    this.untilUs = atUs;
    const rows = answer.connections?.rows ?? [];
    for (const row of rows) if (!this.before.has(row.key)) this.before.set(row.key, isFirst ? moved(row) : 0);
    for (const row of this.judged(rows)) this.look(row, atUs * 1000);
  }

  told(alerts: readonly AlertRow[]): void {
    for (const alert of alerts)
      if (this.alerts.length < MOST_ALERTS) this.alerts.push(alert);
      else this.otherAlerts++;
  }

  asked(requests: readonly RequestRow[]): void {
    for (const request of requests)
      if (this.requests.length < MOST_REQUESTS) this.requests.push(request);
      else this.otherRequests++;
  }

  /** null: there was no answer. */
  end(): Gathered | null {
    const { last, fromUs, untilUs, alerts, otherAlerts, requests, otherRequests } = this;
    if (!last) return null;
    const connections = (last.connections?.rows ?? []).map((row) => ({
      row,
      moved: Math.max(0, moved(row) - (this.before.get(row.key) ?? 0)),
      verdict: judge(this.looks.get(row.key) ?? []),
    }));
    connections.sort((a, b) => b.moved - a.moved);
    return { last, fromUs, untilUs, connections, alerts, otherAlerts, requests, otherRequests };
  }

  private judged(rows: readonly ConnectionRow[]): ConnectionRow[] {
    const whole = rows.filter(({ tcp, ending }) => tcp !== null && ending === null);
    const rate = ({ rxRate, txRate }: ConnectionRow) => (rxRate ?? 0) + (txRate ?? 0);
    const busiest = new Set([...whole].sort((a, b) => rate(b) - rate(a)).slice(0, JUDGED));
    return whole.filter((row) => busiest.has(row) || this.looks.has(row.key));
  }

  private look(row: ConnectionRow, atNs: number): void {
    const looks = this.looks.get(row.key) ?? [];
    const oldestNs = atNs - THRESHOLDS.windowSeconds * 1e9;
    this.looks.set(row.key, [...looks.filter((look) => look.atNs >= oldestNs), { atNs, row }]);
  }
}

const moved = ({ rxBytes, txBytes }: ConnectionRow): number => (rxBytes ?? 0) + (txBytes ?? 0);
