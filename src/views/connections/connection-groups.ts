import { hasFigures, type Socket } from '../../capture/ledger/socket.ts';
import type { ConnectionSet } from '../../model/connection-group.ts';
import { grouped } from '../list/grouped.ts';
import { sorted } from '../list/sorted.ts';
import { type Around, type GroupName, TRAITS } from './connection-traits.ts';

/** Connections that were put together. */
export interface GroupOfConnections extends GroupName {
  /** Key of its row. */
  id: string;
  by: ConnectionSet;
  members: readonly Socket[];
  sums: Sums;
}

/** Of the rows that they would have one by one. null: of none of them it is known. */
export interface Sums {
  connections: number;
  closed: number;
  rxRate: number;
  txRate: number;
  rxBytes: number | null;
  txBytes: number | null;
  /** The longest. */
  rttUs: number | null;
  retransmits: number;
  /** The largest of one connection. */
  worstShare: number | null;
}

/** Groups of connections by one of their traits. */
export function groupsOf(
  sockets: readonly Socket[],
  by: ConnectionSet,
  around: Around,
): GroupOfConnections[] {
  const trait = TRAITS[by](around);
  return [...grouped(sockets, trait.keyOf).values()].map((members) => {
    const name = trait.nameOf(members[0] as Socket, members); // a group has members
    return { ...name, id: idOf(by, name.key), by, members, sums: sumUp(members) };
  });
}

export const idOf = (by: ConnectionSet, key: string): string => `${by}:${key}`;

function sumUp(members: readonly Socket[]): Sums {
  const sums: Sums = {
    connections: members.length,
    closed: 0,
    rxRate: 0,
    txRate: 0,
    rxBytes: null,
    txBytes: null,
    rttUs: null,
    retransmits: 0,
    worstShare: null,
  };
  for (const socket of members) {
    if (socket.closed) sums.closed++;
    sums.rxRate += socket.rxRate;
    sums.txRate += socket.txRate;
    if (socket.counted) {
      sums.rxBytes = (sums.rxBytes ?? 0) + socket.rxBytes;
      sums.txBytes = (sums.txBytes ?? 0) + socket.txBytes;
    }
    if (hasRtt(socket)) sums.rttUs = Math.max(sums.rttUs ?? 0, socket.rttUs);
    sums.retransmits += socket.retransmits;
    const share = shareOf(socket);
    if (share !== null) sums.worstShare = Math.max(sums.worstShare ?? 0, share);
  }
  return sums;
}

export const hasRtt = ({ mini, rttUs }: Socket): boolean => !mini && rttUs > 0;

/** Part of its segments that it retransmitted; null: it sent none, or is not TCP. */
function shareOf(socket: Socket): number | null {
  if (!hasFigures(socket) || socket.closed?.unsent) return null;
  const { retransmits, figures } = socket;
  const segments = Math.max(retransmits, figures.segmentsSent);
  return segments > 0 ? retransmits / segments : null;
}

/** By the id of a column. */
const VALUES: Readonly<Record<string, (group: GroupOfConnections) => number | string>> = {
  rate: ({ sums }) => sums.rxRate + sums.txRate,
  rxRate: ({ sums }) => sums.rxRate,
  txRate: ({ sums }) => sums.txRate,
  rxBytes: ({ sums }) => sums.rxBytes ?? -1,
  txBytes: ({ sums }) => sums.txBytes ?? -1,
  connections: ({ sums }) => sums.connections,
  rttUs: ({ sums }) => sums.rttUs ?? -1,
  retransmits: ({ sums }) => sums.retransmits,
  worstShare: ({ sums }) => sums.worstShare ?? -1,
  group: ({ name }) => name,
};

/** Those that move as much stand by how many they are. */
export function sortConnectionGroups(
  groups: GroupOfConnections[],
  sort: string,
  descending: boolean,
): GroupOfConnections[] {
  return sorted(
    groups,
    VALUES[sort],
    descending,
    (a, b) => b.sums.connections - a.sums.connections || (a.id < b.id ? -1 : 1),
  );
}
