import type { Words } from '../../abi/layout.ts';
import type {
  DnsExchange,
  QuicExchange,
  RequestGap,
  RequestProtocol,
  TlsExchange,
} from '../../panes/requests/row.ts';
import { newStages, type Stages } from './stages.ts';

/** Whose a socket is. */
export interface Owner {
  pid: number;
  process: string | null;
  uid: number | null;
  /** null: not known. */
  netns: number | null;
}

/** The connection, or the UDP socket, that a request is of. */
export interface Talker {
  /** As far as it was known when it was last asked for; asked again after `ownerUntilNs`. */
  owner: Owner | null;
  ownerUntilNs: number;
  /** 0: not known. */
  cookie: number;
  local: Words;
  remote: Words;
  localPort: number;
  remotePort: number;
  transport: 'tcp' | 'udp';
  /** Sequence numbers are those of text within TLS, and not the connection's. */
  isText: boolean;
}

/** A question and its answer, as far as they have come. Times are monotonic, ns; null: not known, or not yet. */
export interface Exchange {
  /** In the order in which they began; given by who lists them. */
  number: number;
  owner: Owner | null;
  protocol: RequestProtocol;
  talker: Talker;
  /** This end asks. */
  isClient: boolean;
  beganNs: number;
  /** The first byte of the answer. */
  firstNs: number | null;
  /** The last one, where it is known. */
  lastNs: number | null;
  /** Of HTTP; of DNS the type that was asked for. */
  method: string | null;
  host: string | null;
  path: string | null;
  /** Of SQL, with its literals folded. */
  statement: string | null;
  status: number | null;
  /** Of gRPC, out of the trailers. */
  grpcStatus: number | null;
  /** "ok", or the code of an error; of HTTP and DNS null. */
  outcome: string | null;
  /**
   * What both ends have the same: the sequence number at which the request begins, else the answer; of a datagram the
   * number of the query. null: not known.
   */
  readonly start: number | null;
  /** Sequence number at which the answer began. */
  responseStart: number;
  /** On the wire, heads included. */
  requestBytes: number | null;
  responseBytes: number | null;
  gap: RequestGap | null;
  /** Nothing about it can become known any more. */
  isDone: boolean;
  readonly stages: Stages;
  /** Its answer ended, and it may yet be learned when that was taken. */
  isUntaken: boolean;
  /** The same at its other end; null: that is not on this machine, or was not seen. */
  peer: Exchange | null;
  dns: DnsExchange | null;
  tls: TlsExchange | null;
  quic: QuicExchange | null;
  /** What the answer switched the connection to. */
  upgrade: string | null;
}

export function newExchange(
  protocol: RequestProtocol,
  talker: Talker,
  isClient: boolean,
  beganNs: number,
  start: number | null,
): Exchange {
  return {
    number: 0,
    owner: null,
    protocol,
    talker,
    isClient,
    beganNs,
    firstNs: null,
    lastNs: null,
    method: null,
    host: null,
    path: null,
    statement: null,
    status: null,
    grpcStatus: null,
    outcome: null,
    start,
    responseStart: 0,
    requestBytes: null,
    responseBytes: null,
    gap: null,
    isDone: false,
    stages: newStages(),
    isUntaken: false,
    peer: null,
    dns: null,
    tls: null,
    quic: null,
    upgrade: null,
  };
}
