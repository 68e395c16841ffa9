import type { Drop } from '../../capture/ledger/drop-ledger.ts';
import type { DropNames } from '../../machine/machine.ts';
import { sorted } from '../list/sorted.ts';

type Value = number | string;

/** What each sort of the drops pane compares. */
const DROP_SORTS: Record<string, (drop: Drop, names: DropNames) => Value> = {
  perSecond: ({ perSecond }) => perSecond,
  count: ({ counted }) => counted.count,
  age: ({ last }) => -(last?.atNs ?? 0),
  reason: ({ reason }, names) => names.reason(reason) ?? '',
  place: ({ place }, names) => names.place(place) ?? '',
};

export function sortDrops(items: Drop[], names: DropNames, sort: string, descending: boolean): Drop[] {
  const value = DROP_SORTS[sort];
  return sorted(
    items,
    value && ((drop) => value(drop, names)),
    descending,
    (a, b) => b.counted.count - a.counted.count || (a.id < b.id ? -1 : 1),
  );
}
