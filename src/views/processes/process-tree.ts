import type { Process } from '../../capture/ledger/process.ts';
import { type ProcEntry, startTick } from '../../machine/proc-files.ts';
import { NOTHING_READ, type ProcessFacts } from '../../model/process.ts';
import { type GroupedRow, sums } from './process-groups.ts';

/** init and kthreadd, whose child everything is: the tree begins below them. */
const ROOTS = new Set([0, 1, 2]);

/** A process with its descendants; an ancestor may have no sockets, then it is known from /proc alone. */
export interface TreeNode {
  key: string;
  pid: number;
  process: Process | null;
  entry: ProcEntry | null;
  children: TreeNode[];
}

export interface Relations {
  about(process: Process): ProcessFacts;
  /** A process that runs. */
  running(pid: number): ProcEntry | null;
  userName(uid: number): string;
}

/** The processes under those that started them; what is returned has no parent of its own. */
export function processTree(processes: readonly Process[], relations: Relations): TreeNode[] {
  const { nodes, ended } = byPid(processes);
  const roots: TreeNode[] = [];
  const place = (node: TreeNode, parentPid: number): void => {
    const parent = ROOTS.has(parentPid) ? undefined : (nodes.get(parentPid) ?? ancestor(parentPid, node));
    if (parent && parent !== node && startOf(parent) <= startOf(node)) parent.children.push(node);
    else roots.push(node);
  };
  const ancestor = (pid: number, child: TreeNode): TreeNode | undefined => {
    const entry = relations.running(pid);
    if (!entry || startTick(entry.startNs) > startOf(child)) return undefined;
    const node: TreeNode = { key: `${pid}:${entry.startNs}`, pid, process: null, entry, children: [] };
    nodes.set(pid, node);
    place(node, entry.parentPid);
    return node;
  };
  for (const node of [...nodes.values(), ...ended])
    place(node, (node.process && relations.about(node.process).parentPid) ?? 0);
  return roots;
}

/** The newest process of each number; the others have ended. */
function byPid(processes: readonly Process[]): {
  nodes: Map<number, TreeNode>;
  ended: TreeNode[];
} {
  const nodes = new Map<number, TreeNode>();
  const ended: TreeNode[] = [];
  const oldestFirst = [...processes].sort((a, b) => a.startNs - b.startNs);
  for (const process of oldestFirst) {
    const other = nodes.get(process.pid);
    if (other) ended.push(other);
    nodes.set(process.pid, { key: process.key, pid: process.pid, process, entry: null, children: [] });
  }
  return { nodes, ended };
}

/** A parent is older: what is not has the number of one that ended. */
const startOf = ({ process, entry }: TreeNode): number => startTick(process?.startNs ?? entry?.startNs ?? 0);

/** The processes with sockets at and below a node. */
export function membersOf({ process, children }: TreeNode): Process[] {
  if (process && children.length === 0) return [process];
  return [...(process ? [process] : []), ...children.flatMap(membersOf)];
}

/** The tree as rows from the top: each with what it and all below it move, siblings in the order given. */
export function treeRows(
  nodes: readonly TreeNode[],
  relations: Relations,
  order: (rows: GroupedRow[]) => GroupedRow[],
  depth = 0,
): GroupedRow[] {
  if (nodes.length === 0) return [];
  const below = new Map<string, TreeNode[]>(nodes.map(({ key, children }) => [key, children]));
  return order(nodes.map((node) => treeRow(node, relations, depth))).flatMap((grouped) => [
    grouped,
    ...treeRows(below.get(grouped.row.key) ?? [], relations, order, depth + 1),
  ]);
}

function treeRow(node: TreeNode, relations: Relations, depth: number): GroupedRow {
  const { key, pid, process, entry } = node;
  const members = membersOf(node);
  const uid = process?.uid ?? entry?.uid;
  const row = {
    ...sums(members),
    key,
    pid,
    user: uid === undefined || pid === 0 ? '-' : relations.userName(uid),
    process: process?.process ?? entry?.name ?? '',
    about: process ? relations.about(process) : { ...NOTHING_READ, ...ancestry(entry), read: true },
    group: { by: 'tree' as const, processes: members.length, depth },
  };
  return { row, members };
}

function ancestry(entry: ProcEntry | null): Pick<ProcessFacts, 'parentPid' | 'command'> {
  return {
    parentPid: entry?.parentPid ?? null,
    command: entry?.command ?? null,
  };
}
