import type { AskedNames, NamelessEnd } from '../../capture/exchanges/asked-names.ts';
import type { Socket } from '../../capture/ledger/socket.ts';
import type { EventSample } from '../../capture/records/life-record.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { NameSource } from '../../model/names.ts';

/** The members of a row that tell how its far end was asked for. */
export interface FarName {
  remoteName: string | null;
  remoteNameSource: NameSource | null;
}

export const NO_FAR_NAME: FarName = { remoteName: null, remoteNameSource: null };

export function farName(names: AskedNames, end: NamelessEnd): FarName {
  const found = names.of(end);
  return found ? { remoteName: found.name, remoteNameSource: found.source } : NO_FAR_NAME;
}

export function farEndOf({ cookie, protocol, destination, openedNs, owner }: Socket): NamelessEnd {
  return {
    cookie,
    remote: destination,
    pid: owner?.pid ?? 0,
    startNs: owner?.startNs ?? 0,
    beganNs: beganNs(protocol, openedNs),
  };
}

export function farEndOfEvent({ cookie, protocol, remote, pid, atNs, sinceNs }: EventSample): NamelessEnd {
  return { cookie, remote, pid, startNs: 0, beganNs: beganNs(protocol, atNs - sinceNs) };
}

/** Sockets of other protocols may have one far end after the other. */
const beganNs = (protocol: number, openedNs: number): number =>
  protocol === PROTOCOLS.tcp ? openedNs : Number.POSITIVE_INFINITY;
