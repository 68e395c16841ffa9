import type { Exchange } from '../../capture/exchanges/exchange.ts';
import { grouped } from '../../model/grouped.ts';
import { histogramOf } from '../../model/latency-buckets.ts';
import { percentilesOf } from '../../model/percentile.ts';
import type { RequestGroup, RequestGrouping, RequestProtocol } from '../../panes/requests/row.ts';
import { queryNames } from '../../protocols/http1-query.ts';
import { foldPath } from '../../protocols/path-fold.ts';
import { sorted } from '../list/sorted.ts';

/** Requests that were put together. */
export interface GroupOfRequests {
  key: string;
  group: RequestGroup;
  /** As they began. */
  members: Exchange[];
}

/** A rate is that of so long. */
const RATE_NS = 10e9;
/** Paths whose folding is remembered. */
const MOST_PATHS = 10_000;
const NOT_KNOWN = '?';
/** Where no host is named. */
const LABELS: Partial<Record<RequestProtocol, string>> = {
  dns: 'DNS',
  redis: 'Redis',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
};

/** Groups of requests by one of their traits; it is there while somebody looks at them. */
export class RequestGroups {
  private readonly folded = new Map<string, string>();

  constructor(readonly by: RequestGrouping) {}

  of(exchanges: readonly Exchange[], nowNs: number, sinceNs: number): GroupOfRequests[] {
    const fromNs = Math.max(sinceNs, nowNs - RATE_NS);
    return [...grouped(exchanges, (exchange) => this.nameOf(exchange))].map(([name, members]) => ({
      key: `${this.by}:${name}`,
      group: sumUp(this.by, name, members, fromNs, nowNs),
      members,
    }));
  }

  private nameOf(exchange: Exchange): string {
    const { protocol, host, path, status, outcome, dns, tls, gap, isDone } = exchange;
    switch (this.by) {
      case 'host':
        return host ?? tls?.serverName ?? LABELS[protocol] ?? NOT_KNOWN;
      case 'path':
        return path === null ? commandOf(exchange) : this.fold(path);
      case 'status':
        if (status !== null) return `${Math.floor(status / 100)}xx`;
        return dns?.rcode ?? outcome ?? agreedOf(exchange) ?? (isDone ? (gap ?? NOT_KNOWN) : 'under way');
      case 'process':
        return processesOf(exchange);
      case 'name':
        return dns ? dns.name : protocol.toUpperCase();
    }
  }

  private fold(path: string): string {
    const known = this.folded.get(path);
    if (known !== undefined) return known;
    if (this.folded.size >= MOST_PATHS) this.folded.clear();
    const made = foldPath(withoutValues(path));
    this.folded.set(path, made);
    return made;
  }
}

/** Of a query the names alone, whatever is shown of it. */
function withoutValues(path: string): string {
  const at = path.indexOf('?');
  return at < 0 ? path : `${path.slice(0, at)}?${queryNames(path.slice(at + 1))}`;
}

/** One that was seen at both ends is of both processes. */
function processesOf({ owner, peer }: Exchange): string {
  const own = owner?.process ?? NOT_KNOWN;
  return peer ? `${own} → ${peer.owner?.process ?? NOT_KNOWN}` : own;
}

/** By the id of a column. */
const VALUES: Readonly<Record<string, (group: RequestGroup) => number | string>> = {
  count: ({ count }) => count,
  perSecond: ({ perSecond }) => perSecond,
  errors: ({ errors }) => errors,
  refused: ({ refused }) => refused,
  p50: ({ p50Us }) => p50Us ?? -1,
  p95: ({ p95Us }) => p95Us ?? -1,
  p99: ({ p99Us }) => p99Us ?? -1,
  group: ({ name }) => name,
};

export function sortGroups(groups: GroupOfRequests[], sort: string, descending: boolean): GroupOfRequests[] {
  const value = VALUES[sort];
  const order = value && (({ group }: GroupOfRequests) => value(group));
  return sorted(groups, order, descending, (a, b) => (a.key < b.key ? -1 : 1));
}

function sumUp(
  by: RequestGrouping,
  name: string,
  members: readonly Exchange[],
  fromNs: number,
  nowNs: number,
): RequestGroup {
  const count = (wanted: (exchange: Exchange) => boolean) => members.filter(wanted).length;
  const latencies = members.flatMap(({ beganNs, firstNs }) =>
    firstNs === null ? [] : [(firstNs - beganNs) / 1000],
  );
  const percentile = percentilesOf(latencies);
  const seconds = (nowNs - fromNs) / 1e9;
  return {
    by,
    name,
    count: members.length,
    perSecond: seconds > 0 ? count(({ beganNs }) => beganNs >= fromNs) / seconds : 0,
    errors: count(isError),
    refused: count(({ status }) => status !== null && status >= 400 && status < 500),
    p50Us: percentile(50),
    p95Us: percentile(95),
    p99Us: percentile(99),
    histogram: histogramOf(latencies.map((us) => ({ us, count: 1 }))),
  };
}

/** The server's fault, a name that does not resolve, or no answer. */
function isError(exchange: Exchange): boolean {
  const { status, grpcStatus, outcome, dns, isDone, gap } = exchange;
  if (grpcStatus || isBrokenOff(exchange)) return true;
  if (status !== null) return status >= 500;
  if (outcome !== null) return outcome !== 'ok';
  if (dns && dns.rcode !== null) return dns.rcode !== 'NOERROR';
  return isDone && (gap === 'no answer' || gap === 'cut short' || gap === 'reset');
}

const isHandshake = ({ protocol }: Exchange): boolean => protocol === 'tls' || protocol === 'quic';

const isBrokenOff = (exchange: Exchange): boolean =>
  isHandshake(exchange) && (exchange.tls?.alert ?? null) !== null;

/** How a handshake ended: an alert, else the version that was chosen; null: it is none, or was not answered. */
function agreedOf(exchange: Exchange): string | null {
  return isHandshake(exchange) ? (exchange.tls?.alert ?? exchange.tls?.version ?? null) : null;
}

/** What stands for a path where there is none. */
function commandOf({ protocol, method, statement }: Exchange): string {
  const label = LABELS[protocol];
  if (label === undefined || method === null) return label ?? NOT_KNOWN;
  return statement ?? (protocol === 'dns' ? label : method);
}
