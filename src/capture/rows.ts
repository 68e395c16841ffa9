import { formatAddress } from '../filter/address.ts';
import { PROTOCOLS } from '../filter/words.ts';
import type { ConnectionRow, ProcessFacts, ProcessRow } from '../model.ts';
import { backlog, tcpFigures } from './figures.ts';
import type { Process } from './process.ts';
import { isConnection, type Socket } from './socket.ts';
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
  'SYN_RECV', // TCP_NEW_SYN_RECV: the same to the far end
];

export function processRow(process: Process, about: ProcessFacts): ProcessRow {
  const { key, pid, rxRate, txRate, rxBytes, txBytes, history } = process;
  const user = pid === 0 ? '-' : userName(process.uid); // pid 0: nobody was learned
  const traffic = { connections: countConnections(process), rxRate, txRate, rxBytes, txBytes, history };
  return { key, pid, user, process: process.process, ...traffic, about, group: null };
}

export function countConnections({ sockets }: Process): number {
  let connections = 0;
  for (const socket of sockets) if (isConnection(socket)) connections++;
  return connections;
}

export function connectionRow(socket: Socket, nowNs: number): ConnectionRow {
  const isTcp = socket.protocol === PROTOCOLS.tcp;
  return {
    key: String(socket.cookie),
    protocol: isTcp ? 'tcp' : 'udp',
    state: isTcp ? (STATES[socket.state] ?? String(socket.state)) : 'OPEN',
    localAddress: formatAddress(socket.source),
    localPort: socket.sourcePort,
    remoteAddress: formatAddress(socket.destination),
    remotePort: socket.destinationPort,
    pid: socket.owner?.pid || null,
    process: socket.owner?.process || null,
    rxRate: socket.rxRate,
    txRate: socket.txRate,
    rxBytes: socket.counted ? socket.rxBytes : null,
    txBytes: socket.counted ? socket.txBytes : null,
    rttUs: (!socket.mini && socket.rttUs) || null,
    retransmits: socket.retransmits,
    ageSeconds: socket.openedNs ? Math.max(0, nowNs - socket.openedNs) / 1e9 : null,
    seenSeconds: Math.max(0, nowNs - socket.seenNs) / 1e9,
    netns: socket.netns,
    tcp: tcpFigures(socket),
    backlog: backlog(socket),
    life: null,
    ending: null,
  };
}
