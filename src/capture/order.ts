import type { Drop } from './drops/drop-ledger.ts';
import type { DropNames } from './drops/drops.ts';
import type { Process } from './processes/process.ts';
import type { GroupedRow } from './processes/process-groups.ts';
import { userName } from './processes/users.ts';
import { countConnections } from './sockets/rows.ts';

type Value = number | string;

/** What each sort of the processes pane compares. */
const PROCESS_SORTS: Record<string, (process: Process) => Value> = {
  rate: ({ rxRate, txRate }) => rxRate + txRate,
  rxRate: ({ rxRate }) => rxRate,
  txRate: ({ txRate }) => txRate,
  rxBytes: ({ rxBytes }) => rxBytes,
  txBytes: ({ txBytes }) => txBytes,
  wireRate: ({ wire }) => (wire?.rxRate ?? 0) + (wire?.txRate ?? 0),
  pid: ({ pid }) => pid,
  user: ({ uid }) => userName(uid),
  process: ({ process }) => process,
  connections: countConnections,
};

/** The same of rows that stand for several processes. */
const GROUP_SORTS: Record<string, (row: GroupedRow['row']) => Value> = {
  rate: ({ rxRate, txRate }) => (rxRate ?? 0) + (txRate ?? 0),
  rxRate: ({ rxRate }) => rxRate ?? 0,
  txRate: ({ txRate }) => txRate ?? 0,
  rxBytes: ({ rxBytes }) => rxBytes,
  txBytes: ({ txBytes }) => txBytes,
  pid: ({ pid }) => pid,
  processes: ({ group }) => group?.processes ?? 1,
  user: ({ user }) => user,
  process: ({ process }) => process,
  connections: ({ connections }) => connections,
  wireRate: ({ wire }) => (wire?.rxRate ?? 0) + (wire?.txRate ?? 0),
};

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

export function sortProcesses(items: Process[], sort: string, descending: boolean): Process[] {
  return sorted(
    items,
    PROCESS_SORTS[sort],
    descending,
    (a, b) => b.rxBytes + b.txBytes - a.rxBytes - a.txBytes || a.pid - b.pid,
  );
}

export function sortGroups(rows: GroupedRow[], sort: string, descending: boolean): GroupedRow[] {
  const value = GROUP_SORTS[sort];
  return sorted(
    rows,
    value && (({ row }) => value(row)),
    descending,
    ({ row: a }, { row: b }) => b.rxBytes + b.txBytes - a.rxBytes - a.txBytes || (a.key < b.key ? -1 : 1),
  );
}

/** Equal rows keep a fixed order, so that rows do not dance from tick to tick. */
function sorted<T>(
  items: T[],
  value: ((item: T) => Value) | undefined,
  descending: boolean,
  tie: (a: T, b: T) => number,
): T[] {
  if (!value) throw new RangeError('no such sort');
  const sign = descending ? -1 : 1;
  const keyed = items.map((item) => ({ item, value: value(item) }));
  keyed.sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : tie(a.item, b.item)));
  return keyed.map(({ item }) => item);
}
