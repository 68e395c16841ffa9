import type { View, ViewQuestion } from '../../model/panes.ts';
import type { TextTotals } from './texts.ts';

export const REQUEST_PROTOCOLS = [
  'http',
  'http2',
  'dns',
  'tls',
  'quic',
  'redis',
  'postgresql',
  'mysql',
] as const;
export type RequestProtocol = (typeof REQUEST_PROTOCOLS)[number];

/** What requests can be put together by. */
export const REQUEST_GROUPINGS = ['host', 'path', 'status', 'process', 'name'] as const;
export type RequestGrouping = (typeof REQUEST_GROUPINGS)[number];

/** What requests that were put together have in common, over all that are kept. */
export interface RequestGroup {
  by: RequestGrouping;
  name: string;
  count: number;
  /** Over the last 10 s. */
  perSecond: number;
  /** A status of 500 and above, one of gRPC, a code other than NOERROR, or no answer. */
  errors: number;
  /** A status of 4xx. */
  refused: number;
  /** Of the times to the first byte; null: none is known. */
  p50Us: number | null;
  p95Us: number | null;
  p99Us: number | null;
  /** How many of these times are below 10 µs, and then two steps to each power of ten; the last has all above. */
  histogram: number[];
}

/** Why something of a request is not known. */
export type RequestGap =
  /** A head was longer than what is read of it. */
  | 'head cut'
  /** Its beginning was before nettop looked. */
  | 'joined in the middle'
  /** Pieces of it found no room in the kernel's ring. */
  | 'pieces lost'
  /** A query, or a request, that got no answer. */
  | 'no answer'
  /** A query that was told to have none, and got one. */
  | 'late answer'
  /** The connection ended before the answer did. */
  | 'cut short'
  /** The connection was reset before the answer had ended. */
  | 'reset'
  /** Nobody looked at requests any more before it ended. */
  | 'not followed'
  /** It is under way. */
  | 'under way';

/** A question of one program and another one's answer, at one of the two ends; or the newest one of a group. */
export interface RequestRow {
  key: string;
  /** When it began: wall clock, microseconds since the epoch. */
  timeUs: number;
  protocol: RequestProtocol;
  /** Which end it was seen at. */
  side: 'client' | 'server';
  /** Owner of the socket; null: not known. */
  pid: number | null;
  process: string | null;
  user: string | null;
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  transport: 'tcp' | 'udp';
  netns: number | null;
  netnsName: string | null;
  /** Of HTTP; the command of Redis, PostgreSQL and MySQL, the type of DNS; null: not known. */
  method: string | null;
  host: string | null;
  /** Of its query the names, and where they are asked for the values, but for credentials. */
  path: string | null;
  /** Of PostgreSQL and MySQL, with its literals folded. */
  statement: string | null;
  status: number | null;
  /** Of gRPC; null: it is none, or it has not ended. */
  grpcStatus: number | null;
  /** Of Redis, PostgreSQL and MySQL: "ok", or the code of an error; null: there is no answer. */
  outcome: string | null;
  /** From the first byte of the request to the first of the answer; null: there is none, or not yet. */
  firstByteUs: number | null;
  /** To its last byte. */
  totalUs: number | null;
  /** Heads included; null: not known. */
  requestBytes: number | null;
  responseBytes: number | null;
  /** What the connection was switched to, such as websocket. */
  upgrade: string | null;
  dns: DnsExchange | null;
  tls: TlsExchange | null;
  quic: QuicExchange | null;
  /** null: all is known. */
  incomplete: RequestGap | null;
  /** 0: stages count from there on. */
  beganUs: number;
  stages: RequestStages;
  /** The same at the other end; null: that is not on this machine, or was not seen. */
  peer: RequestPeer | null;
  /** null: it is a request by itself. */
  group: RequestGroup | null;
}

/** What is of an end alone. */
export interface RequestPeer {
  pid: number | null;
  process: string | null;
  user: string | null;
  netns: number | null;
  netnsName: string | null;
  firstByteUs: number | null;
  totalUs: number | null;
  /** When its first byte passed that end, and the stages there, as those of the row that it belongs to. */
  beganUs: number;
  stages: RequestStages;
}

/** Moments of a request at one end, microseconds from its first byte on; null: not known, or none of that end. */
export interface RequestStages {
  nameAskedUs: number | null;
  nameAnsweredUs: number | null;
  connectingUs: number | null;
  connectedUs: number | null;
  requestEndedUs: number | null;
  requestAcknowledgedUs: number | null;
  requestReadUs: number | null;
  firstByteUs: number | null;
  lastByteUs: number | null;
  answerReadUs: number | null;
  answerAcknowledgedUs: number | null;
}

export interface DnsExchange {
  name: string;
  type: string;
  /** null: there is no answer. */
  rcode: string | null;
  answers: readonly string[];
  /** Not all fitted into the datagram: the client is to ask by TCP. */
  isTruncated: boolean;
}

/** A handshake, as far as it is said in clear. */
export interface TlsExchange {
  /** null: the client names none, or what it says is not known. */
  serverName: string | null;
  /** What the server chose; null: nothing, or it said so encrypted, as in TLS 1.3. */
  alpn: string | null;
  alpnOffered: readonly string[];
  /** What the server chose; null: it did not. */
  version: string | null;
  /** The highest that the client offers. */
  versionOffered: string | null;
  cipher: string | null;
  /** The client sent the extension of Encrypted ClientHello, be it in earnest or as GREASE. */
  ech: boolean;
  /** Why one end broke it off; "encrypted": it said so encrypted. */
  alert: string | null;
}

/** A connection of QUIC, as far as its Initials tell. */
export interface QuicExchange {
  /** That of the last packet that could be read. */
  version: 1 | 2;
}

/** What of requests is in no row, by cause, since they are followed. */
export interface RequestLoss {
  /** Requests that found no room in the kernel's ring, with their answers. */
  requests: number;
  /** Other pieces that found none: their rows say so. */
  pieces: number;
  /** Packets of sockets that found no memory to be followed. */
  unfollowed: number;
  /** Requests and handshakes beyond the rate limit, each once; of QUIC at each end. */
  heldBack: number;
  /** Connections that were given up, as there were too many. */
  givenUp: number;
  /** Rows that made room for newer ones. */
  overtaken: number;
  /** Rows that nobody read in time. */
  unread: number;
}

/** Requests that were seen, and what was not. */
export interface RequestTotals extends Record<RequestProtocol, number> {
  /** null: text within TLS is not read. */
  texts: TextTotals | null;
  /** Of all of them, how many were seen at both ends. */
  bothEnds: number;
  /** Requests and datagrams that the kernel did not tell, as the filter cannot accept them. */
  leftOut: number;
  lost: RequestLoss;
}

export interface RequestInspection {
  row: RequestRow;
  /** Of the same connection, with this one, or of the group, from the newest on: 200 at most. */
  beside: RequestRow[];
}

/**
 * `isStreamed`: those that end are handed out one by one. `readsTls`: text within TLS is asked for; `programs`: files
 * that will run soon, so that their text is read from the first on. `withQueries`: the values of queries are.
 */
export type RequestsQuestion = ViewQuestion & {
  isStreamed?: boolean;
  readsTls?: boolean;
  programs?: readonly string[];
  withQueries?: boolean;
};

export type RequestsView = View<RequestRow> & RequestTotals;

declare module '../../model/panes.ts' {
  interface Panes {
    requests: PaneTypes<RequestRow, RequestInspection, RequestsView, RequestsQuestion>;
  }
}

declare module '../../model/source.ts' {
  interface Streams {
    requests: RequestRow[];
  }
}
