import type { ListeningPlace } from '../../capture/ledger/listening-place.ts';
import type { Socket } from '../../capture/ledger/socket.ts';
import type { NetCounters } from '../../capture/records/net-counters.ts';
import { formatAddress } from '../../filter/address.ts';
import type { ListenerRow, NamespaceListens, SynSources } from '../../panes/listeners/row.ts';
import type { ListenerCounts, Watched } from './listener-watch.ts';

export interface ListenerNames {
  netns(number: number): string | null;
  user(uid: number): string;
  counted(netns: number): NetCounters['tcp'] | null;
  sources(socket: Socket): SynSources | null;
}

/** A listener as a row. What has less than `enough` seconds has no rate. */
export function listenerRow(
  socket: Socket,
  watched: Watched,
  names: ListenerNames,
  enough: number,
): ListenerRow {
  const { place, trend, before, past } = watched;
  const { look, verdict } = trend;
  const seconds = before ? (look.atNs - before.atNs) / 1e9 : 0;
  const perSecond = (count: 'accepted' | 'completed' | 'drops'): number | null =>
    before && seconds >= enough ? Math.max(0, look[count] - before[count]) / seconds : null;
  const since = (count: keyof ListenerCounts): number => look[count] - past[count];
  const counted = names.counted(socket.netns);
  return {
    key: String(socket.cookie),
    pid: socket.owner?.pid || null,
    process: socket.owner?.process || null,
    user: socket.owner ? names.user(socket.owner.uid) : null,
    localAddress: formatAddress(socket.source),
    localPort: socket.sourcePort,
    netns: socket.netns || null,
    netnsName: names.netns(socket.netns),
    sockets: place.listeners.size,
    look,
    accepted: since('accepted'),
    completed: since('completed'),
    abandoned: since('abandoned'),
    ended: since('ended'),
    silent: since('silent'),
    begun: since('completed') + since('abandoned') + underWay(place),
    drops: since('drops'),
    acceptedPerSecond: perSecond('accepted'),
    completedPerSecond: perSecond('completed'),
    dropsPerSecond: perSecond('drops'),
    ...longestWait(place),
    namespace: counted && namespaceListens(counted),
    verdict,
    sources: names.sources(socket),
  };
}

/** Handshakes of all that listen there. */
function underWay({ listeners }: ListeningPlace): number {
  let sum = 0;
  for (const { figures } of listeners) sum += figures.handshakes;
  return sum;
}

function longestWait(place: ListeningPlace): Pick<ListenerRow, 'longestWaitAddress' | 'longestWaitPort'> {
  const first = place.firstWaiting();
  return {
    longestWaitAddress: first && formatAddress(first.destination),
    longestWaitPort: first === null ? null : first.destinationPort,
  };
}

const namespaceListens = (tcp: NetCounters['tcp']): NamespaceListens => ({
  cookiesSent: tcp.SyncookiesSent,
  cookiesReceived: tcp.SyncookiesRecv,
  cookiesFailed: tcp.SyncookiesFailed,
  overflows: tcp.ListenOverflows,
  synQueueFull: tcp.TCPReqQFullDrop,
  drops: tcp.ListenDrops,
  resets: tcp.EmbryonicRsts,
});
