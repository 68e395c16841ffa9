import type {
  ConnectionRow,
  DropRow,
  Life,
  PacketRow,
  ProcessRow,
  Status,
  TcpFigures,
} from '../model/model.ts';
import { adviceFor } from '../panes/drops/advice.ts';
import { roundRate } from './rates.ts';
import { wireFigures } from './wire.ts';

/** Rows as the documented JSON objects: one line each. Fields may be added, none changes its meaning. */

export function packetJson(row: PacketRow): string {
  return JSON.stringify({
    type: 'packet',
    time: isoTime(row.timeUs),
    function: row.function,
    hook: row.hook,
    protocol: row.protocol,
    source: row.source,
    sourcePort: row.sourcePort,
    destination: row.destination,
    destinationPort: row.destinationPort,
    sequence: row.sequence,
    acknowledgment: row.acknowledgment,
    flags: row.flags,
    length: row.length,
    interface: row.interface,
    netns: row.netns,
    netnsName: row.netnsName,
    cpu: row.cpu,
    pid: row.pid,
    process: row.process,
    currentPid: row.currentPid,
    currentProcess: row.currentProcess,
    skb: row.skb,
    packet: row.packet,
    hop: row.hop,
    sincePreviousMicroseconds: row.deltaUs,
    mark: row.mark,
    destinationMac: row.destinationMac,
    vlan: row.vlan,
    icmp: row.icmp,
    inner: row.inner,
    headers: row.headers,
    dropReason: row.reason,
    dropPlace: row.place,
    advice: adviceFor(row.reason),
    netfilter: row.netfilter,
    stack: row.stack,
  });
}

export function processJson(row: ProcessRow, timeUs: number): string {
  return JSON.stringify({
    type: 'process',
    time: isoTime(timeUs),
    pid: row.pid || null,
    process: row.process,
    user: row.user,
    connections: row.connections,
    receiveBytes: row.rxBytes,
    transmitBytes: row.txBytes,
    receiveBytesPerSecond: roundRate(row.rxRate),
    transmitBytesPerSecond: roundRate(row.txRate),
    parentPid: row.about.parentPid,
    command: row.about.command,
    cgroup: row.about.cgroup,
    unit: row.about.unit,
    container: row.about.container,
    wire: row.wire && wireFigures(row.wire),
  });
}

export function connectionJson(row: ConnectionRow, timeUs: number): string {
  return JSON.stringify({
    type: 'connection',
    time: isoTime(timeUs),
    protocol: row.protocol,
    ipProtocol: row.ipProtocol,
    ethertype: row.ethertype,
    state: row.state,
    localAddress: row.localAddress,
    localPort: row.localPort,
    remoteAddress: row.remoteAddress,
    remotePort: row.remotePort,
    interface: row.interface,
    pid: row.pid,
    process: row.process,
    receiveBytes: row.rxBytes,
    transmitBytes: row.txBytes,
    receiveBytesPerSecond: roundRate(row.rxRate),
    transmitBytesPerSecond: roundRate(row.txRate),
    rttMicroseconds: row.rttUs,
    retransmits: row.retransmits,
    ageSeconds: row.ageSeconds === null ? null : Math.round(row.ageSeconds * 1000) / 1000,
    netns: row.netns,
    netnsName: row.netnsName,
    tcp: row.tcp && tcpJson(row.tcp),
    backlog: row.backlog,
    socketDrops: row.socketDrops,
    life: row.life && lifeJson(row.life),
    ending: row.ending && { ...row.ending, secondsAgo: Math.round(row.ending.secondsAgo * 1000) / 1000 },
  });
}

function lifeJson(life: Life): object {
  return {
    states: life.states.map(({ state, us }) => ({ state, microseconds: us })),
    connectMicroseconds: life.connectUs,
    acceptMicroseconds: life.acceptUs,
    acceptAtMost: life.acceptAtMost,
    synRetransmits: life.synRetransmits,
  };
}

function tcpJson(tcp: TcpFigures): object {
  return {
    rttVarianceMicroseconds: tcp.rttVarianceUs,
    minimumRttMicroseconds: tcp.minRttUs,
    congestionWindow: tcp.congestionWindow,
    slowStartThreshold: tcp.slowStartThreshold,
    segmentBytes: tcp.mss,
    congestionControl: tcp.congestionControl,
    deliveryBytesPerSecond: tcp.deliveryRate,
    applicationLimited: tcp.applicationLimited,
    acknowledgedBytes: tcp.ackedBytes,
    inFlightBytes: tcp.inFlightBytes,
    unsentBytes: tcp.unsentBytes,
    sendQueueBytes: tcp.sendQueueBytes,
    receiveQueueBytes: tcp.receiveQueueBytes,
    sendBufferFull: tcp.sendBufferFull,
    segmentsSent: tcp.segmentsSent,
    lostSegments: tcp.lostSegments,
    outOfOrderSegments: tcp.outOfOrderSegments,
    busyMicroseconds: tcp.busyUs,
    receiverLimitedMicroseconds: tcp.receiverLimitedUs,
    sendBufferLimitedMicroseconds: tcp.sendBufferLimitedUs,
  };
}

export function dropJson(row: DropRow, timeUs: number): string {
  const { last } = row;
  return JSON.stringify({
    type: 'drop',
    time: isoTime(timeUs),
    dropReason: row.reason,
    dropPlace: row.place,
    advice: row.finding?.advice ?? adviceFor(row.reason),
    cause: row.finding?.cause ?? null,
    inferred: row.finding !== null,
    countedBy: row.countedBy,
    lost: row.isLoss,
    interface: row.interface,
    netns: row.netns,
    netnsName: row.netnsName,
    pid: row.pid,
    process: row.process,
    drops: row.count,
    bytes: row.bytes,
    dropsPerSecond: row.perSecond === null ? null : Math.round(row.perSecond * 1000) / 1000,
    last: last && {
      time: isoTime(last.timeUs),
      protocol: last.protocol,
      source: last.source,
      sourcePort: last.sourcePort,
      destination: last.destination,
      destinationPort: last.destinationPort,
      sequence: last.sequence,
      acknowledgment: last.acknowledgment,
      flags: last.flags,
      length: last.length,
    },
  });
}

/** Drops that are in no row. */
export function notCountedJson(drops: number, timeUs: number): string {
  return JSON.stringify({ type: 'notCounted', time: isoTime(timeUs), drops });
}

/** `unjudged`: terms of the filter that the rows were not held against. */
export function summaryJson(status: Status, timeUs: number, unjudged: readonly string[] = []): string {
  return JSON.stringify({
    type: 'summary',
    time: isoTime(timeUs),
    attach: status.attach,
    events: status.events,
    lost: status.lost,
    warnings: status.warnings,
    notJudged: unjudged,
    durationSeconds: Math.round(status.uptimeSeconds * 1000) / 1000,
  });
}

/** ISO 8601 in UTC, with microseconds. */
export function isoTime(timeUs: number): string {
  const micros = String(Math.floor(timeUs % 1000)).padStart(3, '0');
  return new Date(Math.floor(timeUs / 1000)).toISOString().replace('Z', `${micros}Z`);
}
