import { percentilesOf } from '../model/percentile.ts';
import type { RequestRow } from '../panes/requests/row.ts';
import { formatEndpoint } from '../text/format.ts';
import type { Figures } from './figures.ts';

interface Sums {
  requests: number;
  errors: number;
  /** To the first byte of each answer, microseconds. */
  times: number[];
}

/** What was seen at both ends counts once, as its client saw it. */
export const isOnce = ({ side, peer }: RequestRow): boolean => side === 'client' || peer === null;

/** Requests of a recording by protocol and whom they were made to. */
export class RequestSums {
  private readonly sums = new Map<string, Sums>();

  add(row: RequestRow): void {
    const key = `${row.protocol} ${askedOf(row)}`;
    const sums = this.sums.get(key) ?? { requests: 0, errors: 0, times: [] };
    sums.requests++;
    if (isError(row)) sums.errors++;
    if (row.firstByteUs !== null) sums.times.push(row.firstByteUs);
    this.sums.set(key, sums);
  }

  figures(): Map<string, Figures> {
    return new Map([...this.sums].map(([key, sums]) => [key, figuresOf(sums)]));
  }
}

function figuresOf({ requests, errors, times }: Sums): Figures {
  const percentile = percentilesOf(times);
  return {
    requests,
    errors,
    p50Microseconds: percentile(50),
    p95Microseconds: percentile(95),
    p99Microseconds: percentile(99),
    waitedMicroseconds: times.reduce((sum, us) => sum + us, 0),
  };
}

function askedOf({ side, host, dns, tls, ...ends }: RequestRow): string {
  const server =
    side === 'client'
      ? formatEndpoint(ends.remoteAddress, ends.remotePort)
      : formatEndpoint(ends.localAddress, ends.localPort);
  return host ?? dns?.name ?? tls?.serverName ?? server;
}

/** The server's fault, a name that does not resolve, or no answer. */
function isError({ status, grpcStatus, outcome, dns, incomplete }: RequestRow): boolean {
  if (grpcStatus) return true;
  if (status !== null) return status >= 500;
  if (outcome !== null) return outcome !== 'ok';
  if (dns && dns.rcode !== null) return dns.rcode !== 'NOERROR';
  return incomplete === 'no answer' || incomplete === 'cut short' || incomplete === 'reset';
}
