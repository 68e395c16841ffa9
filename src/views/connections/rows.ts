import type { Words } from '../../abi/layout.ts';
import { FRAMES_SOCKET } from '../../abi/socket.ts';
import { toEnding, toIcmp } from '../../capture/ledger/ending.ts';
import { historyOf, type Process } from '../../capture/ledger/process.ts';
import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import type { LifeSample } from '../../capture/records/life-record.ts';
import { ipProtocol, kindName } from '../../capture/records/socket-kinds.ts';
import { CLOSE, stateName } from '../../capture/records/states.ts';
import { formatAddress } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { RateClock } from '../../machine/rate-clock.ts';
import type { ConnectionRow, ProcessFacts, ProcessRow } from '../../model/model.ts';
import { backlog, figuresOf } from './figures.ts';
import { toLife } from './life-rows.ts';

/** The row; where there was not enough time for rates, without them. */
export function rated<Row extends ConnectionRow | ProcessRow>(row: Row, { isKnown }: RateClock): Row {
  return isKnown ? row : { ...row, rxRate: null, txRate: null };
}

export function processRow(
  process: Process,
  about: ProcessFacts,
  userName: (uid: number) => string,
): ProcessRow {
  const { key, pid, rxRate, txRate, rxBytes, txBytes, wire } = process;
  const user = pid === 0 ? '-' : userName(process.uid); // pid 0: nobody was learned
  const connections = countConnections(process);
  const traffic = { connections, rxRate, txRate, rxBytes, txBytes, history: historyOf(process), wire };
  return { key, pid, user, process: process.process, ...traffic, about, group: null };
}

export function countConnections({ sockets }: Process): number {
  let connections = 0;
  for (const socket of sockets) if (isConnection(socket)) connections++;
  return connections;
}

/** `life` is what the kernel has of an open connection; null: not asked. */
export function connectionRow(
  socket: Socket,
  nowNs: number,
  life: LifeSample | null = socket.closed?.life ?? null,
  key = String(socket.cookie),
): ConnectionRow {
  const { closed } = socket;
  const untilNs = closed ? closed.closedNs : nowNs;
  return {
    key,
    protocol: kindName(socket.protocol),
    ipProtocol: ipProtocol(socket.protocol),
    ethertype: socket.protocol === FRAMES_SOCKET ? socket.ethertype : null,
    state: openOrClosed(socket.protocol, socket.state, closed !== null),
    localAddress: addressOf(socket, socket.source),
    localPort: socket.sourcePort,
    remoteAddress: addressOf(socket, socket.destination),
    remotePort: socket.destinationPort,
    remoteName: null,
    remoteNameSource: null,
    interface: null,
    pid: socket.owner?.pid || null,
    process: socket.owner?.process || null,
    rxRate: socket.rxRate,
    txRate: socket.txRate,
    rxBytes: socket.counted ? socket.rxBytes : null,
    txBytes: socket.counted ? socket.txBytes : null,
    rttUs: (!socket.mini && socket.rttUs) || null,
    retransmits: socket.retransmits,
    faults: null,
    ageSeconds: socket.openedNs ? Math.max(0, untilNs - socket.openedNs) / 1e9 : null,
    seenSeconds: Math.max(0, untilNs - socket.seenNs) / 1e9,
    netns: socket.netns || null,
    netnsName: null,
    tcp: figuresOf(socket),
    backlog: backlog(socket),
    icmp: toIcmp(socket.heard),
    socketDrops: socket.mini || socket.number > 0 ? null : socket.figures.drops,
    life: toLife(life, untilNs),
    ending: closed && toEnding(closed, socket, nowNs),
    group: null,
  };
}

/** A state by its name; what has no states is open until it is closed. */
export function openOrClosed(protocol: number, state: number, isClosed: boolean): string {
  if (isClosed) return stateName(CLOSE);
  return protocol === PROTOCOLS.tcp ? stateName(state) : 'OPEN';
}

/** A packet socket has none. */
function addressOf({ protocol }: Socket, words: Words): string {
  return protocol === FRAMES_SOCKET ? '' : formatAddress(words);
}
