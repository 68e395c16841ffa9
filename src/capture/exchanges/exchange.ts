import type { Words } from '../../abi/layout.ts';
import type {
  DnsExchange,
  QuicExchange,
  RequestGap,
  RequestProtocol,
  TlsExchange,
} from '../../panes/requests/row.ts';

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
  /** The Host that was told last for the far end's name; told again after `saidUntilNs`. */
  saidHost: string | null;
  saidUntilNs: number;
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

/** What came before a connection's first request, monotonic, ns; null: not known. */
export interface Opening {
  /** When the process asked for the server's name, and had its address. */
  nameAskedNs: number | null;
  nameAnsweredNs: number | null;
  /** The SYN, and the answer to it. */
  connectingNs: number;
  connectedNs: number;
}

/**
 * A question and its answer, as far as they have come. Times are monotonic, ns; null: not known, or not yet. Tens of
 * thousands are kept: what few of them have is an object of its own, and times are kept as what passed since the
 * beginning. These are small integers up to two seconds, where V8 makes an object of each larger number.
 */
export class Exchange {
  /** Never anything but a number that needs a double: V8 then writes each new one where the last one was. */
  beganNs = Number.NaN;
  /** In the order in which they began; given by who lists them. */
  number = 0;
  owner: Owner | null = null;
  /** Of HTTP; of DNS the type that was asked for. */
  method: string | null = null;
  host: string | null = null;
  path: string | null = null;
  /** Of SQL, with its literals folded. */
  statement: string | null = null;
  status: number | null = null;
  /** Of gRPC, out of the trailers. */
  grpcStatus: number | null = null;
  /** "ok", or the code of an error; of HTTP and DNS null. */
  outcome: string | null = null;
  /** Sequence number at which the answer began. */
  responseStart = 0;
  /** On the wire, heads included. */
  requestBytes: number | null = null;
  responseBytes: number | null = null;
  gap: RequestGap | null = null;
  /** Nothing about it can become known any more. */
  isDone = false;
  /** Of a connection's first request. */
  opening: Opening | null = null;
  /** Its answer ended, and it may yet be learned when that was taken. */
  isUntaken = false;
  /** How many of its messages the connection has not seen taken. */
  waits = 0;
  /** The same at its other end; null: that is not on this machine, or was not seen. */
  peer: Exchange | null = null;
  dns: DnsExchange | null = null;
  tls: TlsExchange | null = null;
  quic: QuicExchange | null = null;
  /** What the answer switched the connection to. */
  upgrade: string | null = null;
  private first: number | null = null;
  private last: number | null = null;
  private requestEnded: number | null = null;
  private requestTaken: number | null = null;
  private answerTaken: number | null = null;

  constructor(
    public protocol: RequestProtocol,
    public talker: Talker,
    /** This end asks. */
    public isClient: boolean,
    beganNs: number,
    /**
     * What both ends have the same: the sequence number at which the request begins, else the answer; of a datagram
     * the number of the query. null: not known.
     */
    public start: number | null,
  ) {
    this.beganNs = beganNs;
  }

  /**
   * Another one in the same object, as if it were new. One that lasts costs more than it takes to make it: V8 copies it
   * twice, and collects it among what lasts.
   */
  renew(
    protocol: RequestProtocol,
    talker: Talker,
    isClient: boolean,
    beganNs: number,
    start: number | null,
  ): this {
    this.protocol = protocol;
    this.talker = talker;
    this.isClient = isClient;
    this.beganNs = beganNs;
    this.start = start;
    this.number = 0;
    this.owner = null;
    this.method = null;
    this.host = null;
    this.path = null;
    this.statement = null;
    this.status = null;
    this.grpcStatus = null;
    this.outcome = null;
    this.responseStart = 0;
    this.requestBytes = null;
    this.responseBytes = null;
    this.gap = null;
    this.isDone = false;
    this.opening = null;
    this.isUntaken = false;
    this.waits = 0;
    this.peer = null;
    this.dns = null;
    this.tls = null;
    this.quic = null;
    this.upgrade = null;
    this.first = null;
    this.last = null;
    this.requestEnded = null;
    this.requestTaken = null;
    this.answerTaken = null;
    return this;
  }

  /** The first byte of the answer. */
  get firstNs(): number | null {
    return this.at(this.first);
  }

  set firstNs(ns: number | null) {
    this.first = this.since(ns);
  }

  /** The last one, where it is known. */
  get lastNs(): number | null {
    return this.at(this.last);
  }

  set lastNs(ns: number | null) {
    this.last = this.since(ns);
  }

  /** The last byte of the request passed this end's socket. */
  get requestEndedNs(): number | null {
    return this.at(this.requestEnded);
  }

  set requestEndedNs(ns: number | null) {
    this.requestEnded = this.since(ns);
  }

  /** It was taken: a message that this end sent is acknowledged, one that it received is read by the process. */
  get requestTakenNs(): number | null {
    return this.at(this.requestTaken);
  }

  set requestTakenNs(ns: number | null) {
    this.requestTaken = this.since(ns);
  }

  get answerTakenNs(): number | null {
    return this.at(this.answerTaken);
  }

  set answerTakenNs(ns: number | null) {
    this.answerTaken = this.since(ns);
  }

  private at(passed: number | null): number | null {
    return passed === null ? null : this.beganNs + passed;
  }

  private since(ns: number | null): number | null {
    return ns === null ? null : ns - this.beganNs;
  }
}
