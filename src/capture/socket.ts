import { isMapped } from '../filter/address.ts';
import type { Process } from './process.ts';
import type { Words } from './wire.ts';

/** What a sweep or a last record says of a socket. */
export interface SocketSample {
  cookie: number;
  rxBytes: number;
  txBytes: number;
  openedNs: number;
  startNs: number;
  local: Words;
  remote: Words;
  pid: number;
  uid: number;
  rttUs: number;
  retransmits: number;
  netns: number;
  localPort: number;
  remotePort: number;
  state: number;
  protocol: number;
  comm: string;
}

/** An open socket. The names source and destination are those that a filter asks for. */
export interface Socket {
  cookie: number;
  protocol: number;
  family: 4 | 6;
  source: Words;
  destination: Words;
  sourcePort: number;
  destinationPort: number;
  netns: number;
  pid: number;
  process: string;
  owner: Process | null;
  state: number;
  /** Its own totals, since it opened. */
  rxBytes: number;
  txBytes: number;
  /** What of them its process has been given, or what was there before nettop. */
  rxCredited: number;
  txCredited: number;
  rxRate: number;
  txRate: number;
  rttUs: number;
  retransmits: number;
  openedNs: number;
  seenNs: number;
  /** Number and time of the last sweep that showed it. */
  sweep: number;
  sweptNs: number;
}

/**
 * A socket that was just seen. `older`: it moved bytes before nettop looked, which are not nettop's
 * to give to a process.
 */
export function newSocket(sample: SocketSample, older: boolean, nowNs: number): Socket {
  const rxBytes = older ? sample.rxBytes : 0;
  const txBytes = older ? sample.txBytes : 0;
  return {
    cookie: sample.cookie,
    protocol: sample.protocol,
    ...endsOf(sample),
    netns: sample.netns,
    pid: 0,
    process: '',
    owner: null,
    state: sample.state,
    rxBytes,
    txBytes,
    rxCredited: rxBytes,
    txCredited: txBytes,
    rxRate: 0,
    txRate: 0,
    rttUs: 0,
    retransmits: 0,
    openedNs: sample.openedNs,
    seenNs: nowNs,
    sweep: 0,
    sweptNs: 0,
  };
}

type Ends = Pick<Socket, 'family' | 'source' | 'destination' | 'sourcePort' | 'destinationPort'>;

export function endsOf({ local, remote, localPort, remotePort }: SocketSample): Ends {
  return {
    family: isMapped(local) || isMapped(remote) ? 4 : 6,
    source: local,
    destination: remote,
    sourcePort: localPort,
    destinationPort: remotePort,
  };
}
