/** The JSON lines as docs/json.md documents them. */

import type {
  Container,
  Ending,
  EventCounts,
  EventKind,
  Icmp,
  Inner,
  Netfilter,
} from '../../src/model/model.ts';

export interface PacketLine {
  type: 'packet';
  time: string;
  function: string;
  hook: string;
  protocol: string;
  source: string;
  sourcePort: number | null;
  destination: string;
  destinationPort: number | null;
  sequence: number | null;
  acknowledgment: number | null;
  flags: string[];
  length: number;
  interface: string;
  netns: number | null;
  cpu: number;
  pid: number | null;
  process: string | null;
  skb: string;
  netnsName: string | null;
  currentPid: number;
  currentProcess: string | null;
  packet: string;
  hop: number;
  sincePreviousMicroseconds: number | null;
  mark: number;
  destinationMac: string | null;
  vlan: number | null;
  icmp: Icmp | null;
  inner: Inner | null;
  headers: string;
  stack: string[] | null;
  dropReason: string | null;
  dropPlace: string | null;
  advice: string | null;
  netfilter: Netfilter | null;
}

/** Frames and bytes on the wire. */
export interface WireLine {
  receivePackets: number;
  receiveBytes: number;
  transmitPackets: number;
  transmitBytes: number;
}

export interface InterfaceLine extends WireLine {
  type: 'interface';
  interface: string;
  netns: number | null;
  buffers: WireLine;
  device: WireLine | null;
  attributed: WireLine;
  forwarded: WireLine;
  kernel: WireLine;
  closed: WireLine;
  other: WireLine;
  bytesPerSecond: number;
  attributedShare: number | null;
}

export interface ProcessLine {
  type: 'process';
  time: string;
  wire: (WireLine & Record<'tcp' | 'udp' | 'icmp' | 'other', WireLine>) | null;
  pid: number | null;
  process: string;
  user: string;
  connections: number;
  receiveBytes: number;
  transmitBytes: number;
  receiveBytesPerSecond: number;
  transmitBytesPerSecond: number;
  parentPid: number | null;
  command: string | null;
  cgroup: string | null;
  unit: string | null;
  container: Container | null;
}

/** Processes in a group, or connections: what is of the one is not there of the other. */
export interface GroupLine {
  type: 'processGroup' | 'connectionGroup';
  time: string;
  by: string;
  key: string;
  name: string;
  pid: number | null;
  processes: number;
  connections: number;
  closedConnections: number;
  receiveBytes: number | null;
  transmitBytes: number | null;
  worstRttMicroseconds: number | null;
  retransmits: number;
  worstRetransmitShare: number | null;
  rttHistogram: TimeBucket[];
  connectHistogram: TimeBucket[];
  retransmitHistogram: { below: number; connections: number }[];
}

export interface TimeBucket {
  belowMicroseconds: number;
  connections: number;
}

export interface ConnectionLine {
  type: 'connection';
  time: string;
  protocol: string;
  ipProtocol: number | null;
  ethertype: number | null;
  state: string;
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  remoteName: string | null;
  remoteNameSource: string | null;
  interface: string | null;
  pid: number | null;
  process: string | null;
  receiveBytes: number | null;
  transmitBytes: number | null;
  receiveBytesPerSecond: number;
  transmitBytesPerSecond: number;
  rttMicroseconds: number | null;
  retransmits: number;
  retransmitsLocal: number | null;
  retransmitsPath: number | null;
  segmentsDropped: number | null;
  drop: SegmentDropLine | null;
  ageSeconds: number | null;
  netns: number | null;
  netnsName: string | null;
  tcp: TcpLine | null;
  backlog: { waiting: number; limit: number; handshakes: number } | null;
  icmp: Pick<Ending, 'icmp'>['icmp'];
  socketDrops: number | null;
  life: LifeLine | null;
  ending: Ending | null;
}

export interface RuleLine {
  candidates: number;
  family: string | null;
  table: string | null;
  chain: string | null;
  handle: number | null;
  text: string | null;
  inferred: boolean;
}

export interface SegmentDropLine {
  reason: string | null;
  place: string | null;
  interface: string | null;
  qdisc: string | null;
  netns: number | null;
  netnsName: string | null;
  acknowledgment: boolean;
  rule: RuleLine | null;
}

export interface LifeLine {
  states: { state: string; microseconds: number }[];
  connectMicroseconds: number | null;
  acceptMicroseconds: number | null;
  acceptAtMost: boolean;
  synRetransmits: number;
}

export interface TcpLine {
  rttVarianceMicroseconds: number;
  minimumRttMicroseconds: number | null;
  congestionWindow: number;
  slowStartThreshold: number | null;
  segmentBytes: number;
  congestionControl: string;
  deliveryBytesPerSecond: number | null;
  applicationLimited: boolean;
  sendBufferFull: boolean;
  acknowledgedBytes: number;
  inFlightBytes: number;
  unsentBytes: number;
  sendQueueBytes: number;
  receiveQueueBytes: number;
  segmentsSent: number;
  lostSegments: number;
  outOfOrderSegments: number;
  busyMicroseconds: number;
  receiverLimitedMicroseconds: number;
  sendBufferLimitedMicroseconds: number;
}

export interface DropLine {
  type: 'drop';
  time: string;
  dropReason: string | null;
  dropPlace: string | null;
  interface: string;
  netns: number | null;
  pid: number | null;
  process: string | null;
  drops: number;
  dropsPerSecond: number;
  bytes: number | null;
  advice: string | null;
  cause: string | null;
  inferred: boolean;
  rule: RuleLine | null;
  countedBy: 'packet' | 'socket' | 'namespace';
  lost: boolean;
  last: { protocol: string; source: string; destination: string; destinationPort: number | null } | null;
}

export interface ServiceLine {
  type: 'service';
  time: string;
  pid: number | null;
  process: string | null;
  port: number;
  answers: number;
  meanMicroseconds: number;
  p99Microseconds: number;
  histogram: { belowMicroseconds: number; answers: number }[];
}

export interface TrafficLine extends WireLine {
  type: 'traffic';
  time: string;
  by: string;
  key: {
    protocol: string | null;
    localAddress: string | null;
    localPort: number | null;
    remoteAddress: string | null;
    remotePort: number | null;
    network: string | null;
    port: number | null;
    interface: string | null;
    pid: number | null;
    process: string | null;
    cause: string | null;
    netns: number | null;
  } | null;
  flows: number;
  receiveBytesPerSecond: number | null;
  transmitBytesPerSecond: number | null;
}

export interface TrafficNotCountedLine {
  type: 'trafficNotCounted';
  packets: number;
}

export interface ListenerLine {
  type: 'listener';
  time: string;
  pid: number | null;
  localAddress: string;
  localPort: number;
  netnsName: string | null;
  sockets: number;
  acceptQueue: number;
  acceptLimit: number;
  synQueue: number;
  accepted: number;
  completed: number;
  begun: number;
  ended: number;
  silent: number;
  longestWaitSeconds: number | null;
  longestWaitPort: number | null;
  namespace: Record<'cookiesSent' | 'cookiesReceived' | 'overflows' | 'drops', number> | null;
  verdict: { cause: string; sentence: string } | null;
  sources: {
    syns: number;
    differentAddresses: number;
    onceOnly: number;
    rest: number;
    networks: { source: string; syns: number }[];
    addresses: { source: string; syns: number }[];
  } | null;
}

export interface SummaryLine {
  type: 'summary';
  attach: string;
  events: number;
  lost: { ringFull: number; rateLimited: number; recursionMissed: number; displayDropped: number };
  notJudged: string[];
  warnings: string[];
  durationSeconds: number;
}

export interface EventLine {
  type: 'event';
  event: EventKind;
  socket: number | null;
  protocol: string;
  call: string | null;
  state: string | null;
  previousState: string | null;
  localAddress: string;
  localPort: number | null;
  remoteAddress: string;
  remotePort: number | null;
  remoteName: string | null;
  remoteNameSource: string | null;
  pid: number | null;
  process: string | null;
  netns: number | null;
  microseconds: number | null;
  atMost: boolean;
  receiveBytes: number | null;
  transmitBytes: number | null;
  retransmits: number | null;
  fault: 'local' | 'path' | null;
  drop: SegmentDropLine | null;
  cause: string | null;
  resetBy: string | null;
  reason: string | null;
  error: string | null;
  icmp: { protocol: string; type: number; code: number; sender: string } | null;
  route: { type: string; inferred: boolean } | null;
}

export type NotToldLine = { type: 'notTold' } & EventCounts;

export interface EventTotalsLine {
  type: 'eventTotals';
  counted: EventCounts;
  notTold: EventCounts;
  missed: number;
}

export interface RequestLine {
  type: 'request';
  protocol: string;
  side: 'client' | 'server';
  pid: number | null;
  process: string | null;
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  netns: number | null;
  method: string | null;
  host: string | null;
  path: string | null;
  statement: string | null;
  status: number | null;
  grpcStatus: number | null;
  outcome: string | null;
  firstByteMicroseconds: number | null;
  totalMicroseconds: number | null;
  requestBytes: number | null;
  responseBytes: number | null;
  upgrade: string | null;
  dns: {
    name: string;
    type: string;
    rcode: string | null;
    answers: string[];
    truncated: boolean;
  } | null;
  tls: {
    serverName: string | null;
    alpn: string | null;
    alpnOffered: string[];
    version: string | null;
    versionOffered: string | null;
    cipher: string | null;
    ech: boolean;
    alert: string | null;
  } | null;
  quic: { version: 1 | 2 } | null;
  time: string;
  stages: Record<
    | 'nameAsked'
    | 'nameAnswered'
    | 'connecting'
    | 'connected'
    | 'requestEnded'
    | 'requestAcknowledged'
    | 'requestRead'
    | 'firstByte'
    | 'lastByte'
    | 'answerRead'
    | 'answerAcknowledged',
    number | null
  >;
  peerPid: number | null;
  peerProcess: string | null;
  incomplete: string | null;
}

export interface RequestTotalsLine {
  type: 'requestTotals';
  http: number;
  http2: number;
  dns: number;
  tls: number;
  quic: number;
  bothEnds: number;
  leftOut: number;
  texts: {
    files: number;
    unplaced: number;
    hidden: { pid: number; process: string; why: string }[];
    givenUp: number;
    pieces: number;
    calls: number;
  } | null;
  lost: {
    requests: number;
    pieces: number;
    unfollowed: number;
    heldBack: number;
    givenUp: number;
    unread: number;
  };
}

export interface AlertLine {
  type: 'alert';
  time: string;
  state: 'begin' | 'ongoing' | 'end';
  kind: string;
  begun: string;
  last: string;
  pid: number | null;
  process: string | null;
  localAddress: string | null;
  localPort: number | null;
  remote: string | null;
  netns: number | null;
  netnsName: string | null;
  evidence: Record<string, number | string>;
  message: string;
  advice: string;
  command: string | null;
}

export type Line =
  | RequestLine
  | RequestTotalsLine
  | EventLine
  | NotToldLine
  | EventTotalsLine
  | InterfaceLine
  | PacketLine
  | ProcessLine
  | ConnectionLine
  | GroupLine
  | DropLine
  | ServiceLine
  | TrafficLine
  | TrafficNotCountedLine
  | ListenerLine
  | AlertLine
  | SummaryLine;
