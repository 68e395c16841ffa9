import type { Process } from '../../capture/ledger/process.ts';
import { countConnections } from '../connections/rows.ts';
import { sorted } from '../list/sorted.ts';
import type { GroupedRow } from './process-groups.ts';

type Value = number | string;

type UserName = (uid: number) => string;

/** What each sort of the processes pane compares. */
const PROCESS_SORTS: Record<string, (process: Process, userName: UserName) => Value> = {
  rate: ({ rxRate, txRate }) => rxRate + txRate,
  rxRate: ({ rxRate }) => rxRate,
  txRate: ({ txRate }) => txRate,
  rxBytes: ({ rxBytes }) => rxBytes,
  txBytes: ({ txBytes }) => txBytes,
  wireRate: ({ wire }) => (wire?.rxRate ?? 0) + (wire?.txRate ?? 0),
  pid: ({ pid }) => pid,
  user: ({ uid }, userName) => userName(uid),
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

export function sortProcesses(
  items: Process[],
  sort: string,
  descending: boolean,
  userName: UserName,
): Process[] {
  const value = PROCESS_SORTS[sort];
  return sorted(
    items,
    value && ((process) => value(process, userName)),
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
