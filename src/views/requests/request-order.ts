import type { Exchange } from '../../capture/exchanges/exchange.ts';
import type { TlsExchange } from '../../panes/requests/row.ts';
import { sorted } from '../list/sorted.ts';

type Value = (item: Exchange) => number | string;

const took = ({ beganNs, firstNs }: Exchange) => (firstNs === null ? -1 : firstNs - beganNs);
const total = ({ beganNs, lastNs }: Exchange) => (lastNs === null ? -1 : lastNs - beganNs);

const isAgreed = (tls: TlsExchange | null) => tls !== null && tls.version !== null && tls.alert === null;

/** By the id of a column. */
const VALUES: Readonly<Record<string, Value>> = {
  time: ({ number }) => number,
  status: ({ status, outcome, dns, tls }) =>
    status ?? (outcome === 'ok' || dns?.rcode === 'NOERROR' || isAgreed(tls) ? 0 : 1000),
  firstByte: took,
  total,
  bytes: ({ responseBytes }) => responseBytes ?? -1,
  process: ({ owner }) => owner?.process ?? '',
  url: ({ host, path, statement, dns, tls }) =>
    dns?.name ?? (path === null ? tls?.serverName : null) ?? statement ?? `${host ?? ''}${path ?? ''}`,
};

export function sortRequests(items: Exchange[], sort: string, descending: boolean): Exchange[] {
  if (sort === 'time') return descending ? items.reverse() : items; // as they began
  return sorted(items, VALUES[sort], descending, (a, b) => b.number - a.number);
}
