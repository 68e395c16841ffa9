import type { Service } from '../../capture/ledger/service-ledger.ts';
import { percentileNs } from '../../model/latency-slots.ts';
import { sorted } from '../list/sorted.ts';
import { ownerOf, type ServiceNames } from './service-rows.ts';

type Value = (service: Service, names: ServiceNames) => number | string;

const percentile =
  (percent: number): Value =>
  ({ counted }) =>
    percentileNs(counted.slots, percent) ?? 0;

/** By the id of a column. */
const VALUES: Readonly<Record<string, Value>> = {
  perSecond: ({ perSecond }) => perSecond,
  answers: ({ counted }) => counted.answers,
  mean: ({ counted }) => counted.totalNs / counted.answers,
  p50: percentile(50),
  p95: percentile(95),
  p99: percentile(99),
  port: ({ port }) => port,
  process: (service, names) => ownerOf(service, names)?.process ?? '',
};

export function sortServices(
  items: Service[],
  sort: string,
  descending: boolean,
  names: ServiceNames,
): Service[] {
  const value = VALUES[sort];
  return sorted(
    items,
    value && ((service) => value(service, names)),
    descending,
    (a, b) => b.counted.answers - a.counted.answers || (a.id < b.id ? -1 : 1),
  );
}
