import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import type { ConnectionRow } from '../../model/connection.ts';
import { bucketsOf } from '../../model/log2-buckets.ts';
import type { ConnectTimes } from './connect-times.ts';
import { type GroupOfConnections, hasRtt } from './connection-groups.ts';
import type { FarName } from './far-name.ts';
import { connectionRow } from './rows.ts';

/** Of so many members the name is asked for by which their far end was: all of a host mostly have one. */
const ASKED_MEMBERS = 100;

export interface GroupSurroundings {
  nowNs: number;
  connectTimes: ConnectTimes;
  farName(socket: Socket): FarName;
}

/** A group as a row: its first connection where that is like all others, and what all have together. */
export function groupRow(found: GroupOfConnections, around: GroupSurroundings): ConnectionRow {
  const { id, by, called, first, members, sums } = found;
  const { connections, closed, worstShare, ...figures } = sums;
  const row = connectionRow(first, around.nowNs, null, id);
  const connected = members.flatMap((socket) => around.connectTimes.of(socket) ?? []);
  return {
    ...row,
    ...figures,
    ...(by === 'process' ? {} : { pid: null, process: null }),
    localAddress: '',
    remoteAddress: by === 'host' ? row.remoteAddress : '',
    ...(by === 'host' && commonName(found, around)),
    ageSeconds: null,
    tcp: null,
    backlog: null,
    socketDrops: null,
    ending: null,
    group: {
      by,
      ...called,
      connections,
      closed,
      worstShare,
      rtt: bucketsOf(members.filter(hasRtt).map(({ rttUs }) => rttUs)),
      connect: bucketsOf(connected),
      retransmits: bucketsOf(members.filter(isTransmitter).map(({ retransmits }) => retransmits)),
    },
  };
}

const isTransmitter = (socket: Socket): boolean => isConnection(socket) && !socket.mini;

/** The name by which all were asked for; none: they were by several. */
function commonName({ members }: GroupOfConnections, { farName }: GroupSurroundings): Partial<FarName> {
  const names = members.slice(0, ASKED_MEMBERS).map(farName);
  const [first] = names;
  return first && names.every(({ remoteName }) => remoteName === first.remoteName) ? first : {};
}
