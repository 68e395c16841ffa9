import type { Drop } from './drop-ledger.ts';
import type { DropNames } from './drops.ts';
import type { Process } from './process.ts';
import type { GroupedRow } from './process-groups.ts';
import { countConnections } from './rows.ts';
import { hasFigures, isConnection, isListener, type Socket } from './socket.ts';
import { userName } from './users.ts';

type Value = number | string;

/** What each sort of the processes pane compares. */
const PROCESS_SORTS: Record<string, (process: Process) => Value> = {
  rate: ({ rxRate, txRate }) => rxRate + txRate,
  rxRate: ({ rxRate }) => rxRate,
  txRate: ({ txRate }) => txRate,
  rxBytes: ({ rxBytes }) => rxBytes,
  txBytes: ({ txBytes }) => txBytes,
  wireRate: ({ wire }) => (wire ? wire.rxRate + wire.txRate : 0),
  pid: ({ pid }) => pid,
  user: ({ uid }) => userName(uid),
  process: ({ process }) => process,
  connections: countConnections,
};

/** The same of rows that stand for several processes. */
const GROUP_SORTS: Record<string, (row: GroupedRow['row']) => Value> = {
  rate: ({ rxRate, txRate }) => rxRate + txRate,
  rxRate: ({ rxRate }) => rxRate,
  txRate: ({ txRate }) => txRate,
  rxBytes: ({ rxBytes }) => rxBytes,
  txBytes: ({ txBytes }) => txBytes,
  pid: ({ pid }) => pid,
  processes: ({ group }) => group?.processes ?? 1,
  user: ({ user }) => user,
  process: ({ process }) => process,
  connections: ({ connections }) => connections,
  wireRate: ({ wire }) => (wire ? wire.rxRate + wire.txRate : 0),
};

/** What each sort of the connections pane compares. */
const SOCKET_SORTS: Record<string, (socket: Socket) => Value> = {
  rate: ({ rxRate, txRate }) => rxRate + txRate,
  rxRate: ({ rxRate }) => rxRate,
  txRate: ({ txRate }) => txRate,
  rttUs: ({ rttUs }) => rttUs,
  retransmits: ({ retransmits }) => retransmits,
  congestionWindow: (socket) => (hasFigures(socket) ? socket.congestionWindow : -1),
  sendQueue: (socket) => (hasFigures(socket) ? socket.sendQueue : -1),
  receiveQueue: (socket) => (hasFigures(socket) ? socket.receiveQueue : -1),
  backlog: (socket) => (isListener(socket) ? socket.receiveQueue / Math.max(1, socket.sendQueue) : -1),
  ageSeconds: ({ openedNs }) => -openedNs, // 0, older than nettop, is the oldest
  local: ({ source, sourcePort }) => addressText(source, sourcePort),
  remote: ({ destination, destinationPort }) => addressText(destination, destinationPort),
  state: ({ state }) => state,
  process: ({ process }) => process,
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

export function sortSockets(items: Socket[], sort: string, descending: boolean): Socket[] {
  return sorted(items, SOCKET_SORTS[sort], descending, (a, b) => rank(a) - rank(b) || a.cookie - b.cookie);
}

/** Where nothing else tells: what carries traffic, what may, what no process holds. */
function rank(socket: Socket): number {
  if (socket.mini) return 3;
  if (isListener(socket)) return 2;
  return isConnection(socket) ? 0 : 1;
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

/** Sorts as the numbers do. */
function addressText(words: ArrayLike<number>, port: number): string {
  return (
    Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('') + String(port).padStart(5, '0')
  );
}
