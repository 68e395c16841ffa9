import type { Alert } from '../../model/alerts/alert.ts';
import { sorted } from '../list/sorted.ts';

/** By the id of a column. */
const VALUES: Readonly<Record<string, (alert: Alert) => number | string>> = {
  state: ({ state }) => (state === 'end' ? 1 : 0),
  since: ({ firstUs }) => firstUs,
  last: ({ lastUs }) => lastUs,
  kind: ({ kind }) => kind,
  process: ({ process }) => process ?? '',
};

export function sortAlerts(items: Alert[], sort: string, descending: boolean): Alert[] {
  return sorted(items, VALUES[sort], descending, (a, b) => Number(b.key) - Number(a.key));
}
