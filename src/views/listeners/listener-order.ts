import type { Socket } from '../../capture/ledger/socket.ts';
import { formatAddress } from '../../filter/address.ts';
import { LISTENER_CAUSES } from '../../model/listener-verdict.ts';
import { sorted } from '../list/sorted.ts';
import type { Watched } from './listener-watch.ts';

export type Listed = [socket: Socket, watched: Watched];

/** By the id of a column. */
const VALUES: Readonly<Record<string, (listed: Listed) => number | string>> = {
  verdict: ([, { trend }]) =>
    trend.verdict ? LISTENER_CAUSES.length - LISTENER_CAUSES.indexOf(trend.verdict.cause) : 0,
  accepted: ([, { trend, before }]) => (before ? trend.look.accepted - before.accepted : 0),
  acceptQueue: ([, { trend }]) => trend.look.acceptQueue,
  synQueue: ([, { trend }]) => trend.look.synQueue,
  handshakes: ([, { trend, past }]) => trend.look.completed - past.completed,
  drops: ([, { trend, past }]) => trend.look.drops - past.drops,
  wait: ([, { trend }]) => trend.look.longestWaitSeconds ?? -1,
  local: ([{ source, sourcePort }]) => `${formatAddress(source)} ${String(sourcePort).padStart(5, '0')}`,
  process: ([{ owner }]) => owner?.process ?? '',
};

/** Equal ones by port: a list without trouble is one that stands still. */
export function sortListeners(items: Listed[], sort: string, descending: boolean): Listed[] {
  return sorted(
    items,
    VALUES[sort],
    descending,
    ([a], [b]) => a.sourcePort - b.sourcePort || a.cookie - b.cookie,
  );
}
