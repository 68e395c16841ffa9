import type { Words } from '../../abi/layout.ts';
import { FRAMES_SOCKET } from '../../abi/socket.ts';
import { isMapped } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { SynDrop } from '../../model/model.ts';
import type { Closing, IcmpSample } from '../records/life-record.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { LISTEN, NEW_SYN_RECV } from '../records/states.ts';
import { type Figures, NO_FIGURES } from '../records/tcp-sample.ts';
import type { Told } from './ending.ts';
import type { Part } from './parts.ts';
import type { Process } from './process.ts';

/** An open socket. The names source and destination are those that a filter asks for. */
export interface Socket {
  cookie: number;
  /** As in its sample. */
  protocol: number;
  ethertype: number;
  family: 4 | 6;
  source: Words;
  destination: Words;
  sourcePort: number;
  destinationPort: number;
  netns: number;
  /** As in its sample. */
  device: number;
  /** That interface's name as it was last looked up; undefined: not yet, or it is bound to none. */
  interface: string | undefined;
  /** Of its ends, as it was last looked up for a filter; its own has none. */
  sourceName: null;
  destinationName: string | null | undefined;
  pid: number;
  process: string;
  owner: Process | null;
  state: number;
  mini: boolean;
  subflow: boolean;
  /** Whether its totals are known. */
  counted: boolean;
  /** Its own totals, since it opened; of UDP since nettop looks. */
  rxBytes: number;
  txBytes: number;
  /** Bytes already credited to the owner, or moved before nettop started. */
  rxCredited: number;
  txCredited: number;
  /** null: one process moved all of it. */
  parts: Part[] | null;
  /** Of a UDP socket: its far ends, whose bytes are beside its own; null: none. */
  flows: Set<Socket> | null;
  /** Of such a far end; 0: it is the socket. */
  number: number;
  rxRate: number;
  txRate: number;
  rttUs: number;
  retransmits: number;
  figures: Figures;
  /** The message about what it sent that is in force; null: none, or it was not seen. */
  heard: IcmpSample | null;
  openedNs: number;
  seenNs: number;
  /** Number of the last sweep in which it was new or changed. */
  sweep: number;
  /** null: it is open. */
  closed: Closed | null;
}

/** A connection's end. */
export interface Closed extends Closing {
  /** In the order in which connections closed. */
  number: number;
  told: Told;
  /** null: none was found so far. */
  drop: SynDrop | null;
  /** When that was looked for; 0: not yet. */
  soughtNs: number;
}

type FirstSample = Omit<
  SocketSample,
  | keyof Figures
  | 'holdFigures'
  | 'waiting'
  | 'timeouts'
  | 'rttUs'
  | 'retransmits'
  | 'startNs'
  | 'pid'
  | 'uid'
  | 'comm'
>;

/**
 * A socket that was just seen. `older`: it moved bytes before nettop looked, which are not nettop's
 * to give to a process.
 */
export function newSocket(sample: FirstSample, older: boolean, nowNs: number): Socket {
  const rxBytes = older ? sample.rxBytes : 0;
  const txBytes = older ? sample.txBytes : 0;
  return {
    cookie: sample.cookie,
    protocol: sample.protocol,
    ethertype: sample.ethertype,
    ...endsOf(sample),
    netns: sample.netns,
    device: sample.device,
    interface: undefined,
    sourceName: null,
    destinationName: undefined,
    pid: 0,
    process: '',
    owner: null,
    state: sample.state,
    mini: sample.mini === 1,
    subflow: sample.subflow === 1,
    counted: (sample.mini === 0 && sample.protocol !== FRAMES_SOCKET) || sample.state === NEW_SYN_RECV,
    rxBytes,
    txBytes,
    rxCredited: rxBytes,
    txCredited: txBytes,
    parts: null,
    flows: null,
    number: 0,
    rxRate: 0,
    txRate: 0,
    rttUs: 0,
    retransmits: 0,
    figures: NO_FIGURES,
    heard: null,
    openedNs: sample.openedNs,
    seenNs: nowNs,
    sweep: 0,
    closed: null,
  };
}

type Ends = Pick<Socket, 'family' | 'source' | 'destination' | 'sourcePort' | 'destinationPort'>;

export function endsOf({
  local,
  remote,
  localPort,
  remotePort,
}: Pick<SocketSample, 'local' | 'remote' | 'localPort' | 'remotePort'>): Ends {
  return {
    family: isMapped(local) || isMapped(remote) ? 4 : 6,
    source: local,
    destination: remote,
    sourcePort: localPort,
    destinationPort: remotePort,
  };
}

type Kind = Pick<Socket, 'protocol' | 'state' | 'mini'>;

export function isConnection({ protocol, state }: Kind): boolean {
  return protocol === PROTOCOLS.tcp && state !== LISTEN;
}

export function isListener({ protocol, state }: Kind): boolean {
  return protocol === PROTOCOLS.tcp && state === LISTEN;
}

/** Whether it is what is left of one that closed: in TIME_WAIT, or FIN_WAIT2 without a process. */
export function isOver({ mini, state }: Kind): boolean {
  return mini && state !== NEW_SYN_RECV;
}

export function hasFigures(socket: Kind): boolean {
  return isConnection(socket) && !socket.mini;
}
