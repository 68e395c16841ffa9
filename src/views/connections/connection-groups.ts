import { hasFigures, type Socket } from '../../capture/ledger/socket.ts';
import type { ConnectionSet } from '../../model/connection-group.ts';
import { grouped } from '../../model/grouped.ts';
import { sorted } from '../list/sorted.ts';
import { type Around, type GroupName, TRAITS, type Trait } from './connection-traits.ts';

/** Connections that were put together. What they are called is found out where it is asked for: there may be many. */
export class GroupOfConnections {
  readonly sums: Sums;
  private known: GroupName | null = null;

  constructor(
    readonly by: ConnectionSet,
    /** What their trait made of them. */
    readonly place: string | number,
    readonly members: readonly Socket[],
    private readonly trait: Trait,
  ) {
    this.sums = sumUp(members);
  }

  get first(): Socket {
    return this.members[0] as Socket; // a group has members
  }

  get called(): GroupName {
    this.known ??= this.trait.nameOf(this.first, this.members);
    return this.known;
  }

  /** Key of its row. */
  get id(): string {
    return `${this.by}:${this.called.key}`;
  }
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
  return [...grouped(sockets, trait.keyOf)].map(
    ([place, members]) => new GroupOfConnections(by, place, members, trait),
  );
}

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
  group: ({ called }) => called.name,
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
    (a, b) => b.sums.connections - a.sums.connections || comparePlaces(a.place, b.place),
  );
}

/** A fixed order of what are numbers for IPv4 and texts for IPv6. */
function comparePlaces(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : 1;
}
