import { formatAddress } from '../filter/address.ts';
import { PROTOCOLS, TCP_FLAGS } from '../filter/words.ts';
import type { ConnectionRow, Hook, PacketRow, ProcessRow } from '../model.ts';
import { FRAGMENT, PARTIAL, type PacketEvent, SOCKET } from './packet-event.ts';
import { POINT_FUNCTIONS } from './points.ts';
import type { Process } from './process.ts';
import type { Socket } from './socket.ts';
import { userName } from './users.ts';

/** Names of the states in include/net/tcp_states.h, as RFC 9293 spells them. */
const STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
];
export const LISTEN = 10;

const PROTOCOL_NAMES = new Map(Object.entries(PROTOCOLS).map(([name, number]) => [number as number, name]));

export function processRow(process: Process): ProcessRow {
  const { key, pid, rxRate, txRate, rxBytes, txBytes, history } = process;
  let connections = 0;
  for (const socket of process.sockets) if (isConnection(socket)) connections++;
  const user = pid === 0 ? '-' : userName(process.uid); // pid 0: nobody was learned
  return { key, pid, user, process: process.process, connections, rxRate, txRate, rxBytes, txBytes, history };
}

export function isConnection(socket: Socket): boolean {
  return socket.protocol === PROTOCOLS.tcp && socket.state !== LISTEN;
}

export function connectionRow(socket: Socket, nowNs: number): ConnectionRow {
  return {
    key: String(socket.cookie),
    protocol: 'tcp',
    state: STATES[socket.state] ?? String(socket.state),
    localAddress: formatAddress(socket.source),
    localPort: socket.sourcePort,
    remoteAddress: formatAddress(socket.destination),
    remotePort: socket.destinationPort,
    pid: socket.owner?.pid || null,
    process: socket.owner?.process || null,
    rxRate: socket.rxRate,
    txRate: socket.txRate,
    rxBytes: socket.rxBytes,
    txBytes: socket.txBytes,
    rttUs: socket.rttUs || null,
    retransmits: socket.retransmits,
    ageSeconds: socket.openedNs ? Math.max(0, nowNs - socket.openedNs) / 1e9 : null,
    seenSeconds: Math.max(0, nowNs - socket.seenNs) / 1e9,
    netns: socket.netns,
  };
}

/** What a packet's row needs that its event does not carry. */
export interface Names {
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
  /** How the function of that name is watched. */
  hook(name: string): Hook;
  /** "#12" for an interface of another network namespace. */
  interface(index: number, netns: number): string;
  /** The owner's name; null when its process is not known. */
  process(pid: number, cookie: number): string | null;
}

export function packetRow(number: number, event: PacketEvent, names: Names): PacketRow {
  const hasPorts = !(event.status & (PARTIAL | FRAGMENT)) && isPorted(event.protocol);
  const name = POINT_FUNCTIONS[event.point] ?? String(event.point);
  // A function that has only a socket may not know which packet it serves.
  const isTcp = hasPorts && event.protocol === PROTOCOLS.tcp && !(event.status & SOCKET && event.skb === 0n);
  return {
    key: String(number),
    timeUs: Math.floor(names.epochUs + event.atNs / 1000),
    function: name,
    hook: names.hook(name),
    protocol: PROTOCOL_NAMES.get(event.protocol) ?? String(event.protocol),
    source: formatAddress(event.source),
    destination: formatAddress(event.destination),
    // 0 is the far end of a socket that listens.
    sourcePort: (hasPorts && event.sourcePort) || null,
    destinationPort: (hasPorts && event.destinationPort) || null,
    sequence: isTcp ? event.sequence : null,
    acknowledgment: isTcp ? event.acknowledgment : null,
    flags: isTcp ? flagNames(event.tcpFlags) : [],
    length: event.length,
    interface: names.interface(event.interface, event.netns),
    netns: event.netns,
    cpu: event.cpu,
    pid: event.pid || null,
    process: event.pid ? names.process(event.pid, event.cookie) : null,
    skb: event.skb === 0n ? '' : event.skb.toString(16),
  };
}

function isPorted(protocol: number): boolean {
  return protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp;
}

function flagNames(bits: number): string[] {
  return Object.entries(TCP_FLAGS).flatMap(([name, bit]) => (bits & bit ? [name.toUpperCase()] : []));
}
