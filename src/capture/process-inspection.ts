import type { ProcessInspection } from '../model.ts';
import type { ProtocolBytes, SecondsHistory } from '../process-row.ts';
import { protocolName } from './packet-headers.ts';
import type { People } from './people.ts';
import type { Process } from './process.ts';
import type { GroupedRow } from './process-groups.ts';
import { membersOf, processTree, type TreeNode } from './process-tree.ts';
import { connectionRow, processRow } from './rows.ts';
import { sumSeconds } from './seconds.ts';
import { isConnection } from './socket.ts';

/** Everything about one process; `all` are those among which its descendants are. */
export function inspectProcess(
  process: Process,
  all: readonly Process[],
  people: People,
  nowNs: number,
): ProcessInspection {
  const about = people.refresh(process);
  const node = findNode(processTree(all, people), process.key);
  const below = node ? membersOf(node).filter((one) => one !== process) : [];
  return {
    row: processRow(process, about),
    parent: parentOf(about.parentPid, people),
    ...traffic([process], nowNs),
    connections: [...process.sockets].filter(isConnection).map((socket) => connectionRow(socket, nowNs)),
    processes: busiestFirst(below).map((one) => processRow(one, people.about(one))),
  };
}

export function inspectGroup({ row, members }: GroupedRow, people: People, nowNs: number): ProcessInspection {
  return {
    row,
    parent: parentOf(row.about.parentPid, people),
    ...traffic(members, nowNs),
    connections: [],
    processes: busiestFirst(members).map((one) => processRow(one, people.about(one))),
  };
}

function parentOf(pid: number | null, people: People): ProcessInspection['parent'] {
  if (pid === null || pid === 0) return null;
  return { pid, process: people.running(pid)?.name ?? '?' };
}

function traffic(
  members: readonly Process[],
  nowNs: number,
): { protocols: ProtocolBytes[]; seconds: SecondsHistory } {
  const sums = new Map<number, { rxBytes: number; txBytes: number }>();
  for (const { protocols } of members) {
    for (const [protocol, { rxBytes, txBytes }] of protocols) {
      const sum = sums.get(protocol) ?? { rxBytes: 0, txBytes: 0 };
      sums.set(protocol, {
        rxBytes: sum.rxBytes + rxBytes,
        txBytes: sum.txBytes + txBytes,
      });
    }
  }
  const histories = members.flatMap(({ seconds }) => (seconds ? [seconds.read(nowNs)] : []));
  return {
    protocols: [...sums].map(([number, bytes]) => ({
      protocol: protocolName(number),
      ...bytes,
    })),
    seconds: sumSeconds(histories),
  };
}

const busiestFirst = (members: readonly Process[]): Process[] =>
  [...members].sort(
    (a, b) =>
      b.rxRate + b.txRate - a.rxRate - a.txRate ||
      b.rxBytes + b.txBytes - a.rxBytes - a.txBytes ||
      a.pid - b.pid,
  );

function findNode(nodes: readonly TreeNode[], key: string): TreeNode | null {
  for (const node of nodes) {
    const found = node.key === key ? node : findNode(node.children, key);
    if (found) return found;
  }
  return null;
}
