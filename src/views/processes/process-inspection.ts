import type { Process } from '../../capture/ledger/process.ts';
import { sumSeconds } from '../../capture/ledger/seconds.ts';
import { protocolName } from '../../capture/records/packet-headers.ts';
import type { RateClock } from '../../machine/rate-clock.ts';
import type { ProcessInspection } from '../../model/model.ts';
import type { ProtocolBytes, SecondsHistory } from '../../model/process.ts';
import type { Connections } from '../connections/connections.ts';
import { processRow, rated } from '../connections/rows.ts';
import { socketRanker } from '../connections/socket-order.ts';
import type { People } from './people.ts';
import { type GroupedRow, shownRow } from './process-groups.ts';
import { sortProcesses } from './process-order.ts';
import { membersOf, processTree, type TreeNode } from './process-tree.ts';

/** Rows of each table; a process may have 100,000 sockets. */
const ROWS = 200;

export interface Surroundings {
  people: People;
  connections: Connections;
  nowNs: number;
  clock: RateClock;
}

/** Everything about one process; `all` are those among which its descendants are. */
export function inspectProcess(
  process: Process,
  all: readonly Process[],
  { people, connections, nowNs, clock }: Surroundings,
): ProcessInspection {
  const about = people.refresh(process);
  const node = findNode(processTree(all, people), process.key);
  const below = node ? membersOf(node).filter((one) => one !== process) : [];
  const sockets = connections.of(process);
  return {
    row: rated(processRow(process, about, people.userName), clock),
    parent: parentOf(about.parentPid, people),
    ...traffic([process], nowNs),
    connections: socketRanker(sockets)('rate', true)
      .window(0, ROWS)
      .map((socket) => connections.row(socket, nowNs)),
    allConnections: sockets.length,
    processes: busiest(below, people).map((one) => rated(people.row(one), clock)),
    allProcesses: below.length,
  };
}

export function inspectGroup(group: GroupedRow, { people, nowNs, clock }: Surroundings): ProcessInspection {
  const { row, members } = group;
  return {
    row: rated(shownRow(group), clock),
    parent: parentOf(row.about.parentPid, people),
    ...traffic(members, nowNs),
    connections: [],
    allConnections: 0,
    processes: busiest(members, people).map((one) => rated(people.row(one), clock)),
    allProcesses: members.length,
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

const busiest = (members: readonly Process[], { userName }: People): Process[] =>
  sortProcesses([...members], 'rate', true, userName).slice(0, ROWS);

function findNode(nodes: readonly TreeNode[], key: string): TreeNode | null {
  for (const node of nodes) {
    const found = node.key === key ? node : findNode(node.children, key);
    if (found) return found;
  }
  return null;
}
