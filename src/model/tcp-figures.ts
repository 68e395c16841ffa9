/** What every kind of figure says. */
interface Common {
  /** The field of it in records. */
  field: string;
  /** Of the field, as Markdown. */
  about: string;
}

/** A member of struct socket_record, by its name there. */
export interface Measured extends Common {
  member: string;
  /** jiffies: time in the kernel's, microseconds here. */
  kind?: 'flag' | 'text' | 'jiffies';
  /** The kernel's value for "not yet", which it has at the start too: null in a row. */
  none?: number;
}

/** What follows from members. */
interface Derived extends Common {
  of(sample: { sendQueue: number; receiveQueue: number; unsentBytes: number }): number;
}

const RTT =
  "the mean deviation of the round-trip time; its minimum, `null` before the first measurement; `tcp`, the kernel's own figures as in `struct tcp_info`, is `null` for a listener, for UDP and in `TIME_WAIT`";
const WINDOWS = 'segments; the threshold is `null` until it is reached';
const DELIVERY =
  'the newest sample of the rate at which data arrives, `null` before the first; whether it was limited by what the application sent';
const UNACKNOWLEDGED = 'sent and not acknowledged yet; written and not sent yet';
const QUEUES =
  'not acknowledged yet (the two above together), not read yet; a FIN that waits counts as one byte, as in `ss`';
const SEGMENTS =
  'all that were sent, retransmits and pure ACKs included; taken for lost now; received out of order';
const HELD_BACK =
  "of it, time held back by the receiver's window, by the send buffer; in steps of the kernel's clock, 1 to 10 ms";

/**
 * The kernel's own figures of a TCP connection, as struct tcp_info has them, in the order of the record: how each is
 * read, what it is in a row, and what it is called for programs follow from here.
 */
export const TCP_FIGURES = {
  rttVarianceUs: { member: 'rtt_variance_us', field: 'rttVarianceMicroseconds', about: RTT },
  minRttUs: { member: 'min_rtt_us', none: 0xffffffff, field: 'minimumRttMicroseconds', about: RTT },
  congestionWindow: { member: 'congestion_window', field: 'congestionWindow', about: WINDOWS },
  // TCP_INFINITE_SSTHRESH in include/net/tcp.h
  slowStartThreshold: {
    member: 'slow_start_threshold',
    none: 0x7fffffff,
    field: 'slowStartThreshold',
    about: WINDOWS,
  },
  mss: { member: 'mss', field: 'segmentBytes', about: 'payload of a full segment' },
  congestionControl: {
    member: 'congestion_control',
    kind: 'text',
    field: 'congestionControl',
    about: 'such as `"cubic"`',
  },
  /** Bytes per second of the newest sample. */
  deliveryRate: { member: 'delivery_rate', none: 0, field: 'deliveryBytesPerSecond', about: DELIVERY },
  applicationLimited: {
    member: 'application_limited',
    kind: 'flag',
    field: 'applicationLimited',
    about: DELIVERY,
  },
  ackedBytes: {
    member: 'acked_bytes',
    field: 'acknowledgedBytes',
    about: 'with the SYN of the side that connected, and its FIN, as one byte each',
  },
  inFlightBytes: {
    of: ({ sendQueue, unsentBytes }) => sendQueue - unsentBytes,
    field: 'inFlightBytes',
    about: UNACKNOWLEDGED,
  },
  unsentBytes: { member: 'unsent_bytes', field: 'unsentBytes', about: UNACKNOWLEDGED },
  sendQueueBytes: { of: ({ sendQueue }) => sendQueue, field: 'sendQueueBytes', about: QUEUES },
  receiveQueueBytes: { of: ({ receiveQueue }) => receiveQueue, field: 'receiveQueueBytes', about: QUEUES },
  sendBufferFull: {
    member: 'send_buffer_full',
    kind: 'flag',
    field: 'sendBufferFull',
    about: 'the send buffer has no room: whoever writes has to wait',
  },
  segmentsSent: { member: 'segments_sent', field: 'segmentsSent', about: SEGMENTS },
  lostSegments: { member: 'lost_segments', field: 'lostSegments', about: SEGMENTS },
  outOfOrderSegments: { member: 'out_of_order_segments', field: 'outOfOrderSegments', about: SEGMENTS },
  busyUs: {
    member: 'busy_jiffies',
    kind: 'jiffies',
    field: 'busyMicroseconds',
    about: 'time with data to send',
  },
  receiverLimitedUs: {
    member: 'receiver_limited_jiffies',
    kind: 'jiffies',
    field: 'receiverLimitedMicroseconds',
    about: HELD_BACK,
  },
  sendBufferLimitedUs: {
    member: 'send_buffer_limited_jiffies',
    kind: 'jiffies',
    field: 'sendBufferLimitedMicroseconds',
    about: HELD_BACK,
  },
} as const satisfies Record<string, Measured | Derived>;

type Table = typeof TCP_FIGURES;

/** The same for what goes through all of them. */
export const tcpFigures: readonly (readonly [name: keyof Table, Measured | Derived])[] = Object.entries(
  TCP_FIGURES,
) as [keyof Table, Measured | Derived][];

export const isMeasured = (figure: Measured | Derived): figure is Measured => 'member' in figure;

/** What a row has of them. */
export type TcpFigures = { -readonly [Name in keyof Table]: InRow<Table[Name]> };

type InRow<F> = F extends { kind: 'flag' }
  ? boolean
  : F extends { kind: 'text' }
    ? string
    : F extends { none: number }
      ? number | null
      : number;

/** What was read of them: a flag is 1 or 0, and what is not there yet the kernel's value for that. */
export type TcpSample = {
  readonly [Name in keyof Table as Table[Name] extends { member: string }
    ? Name
    : never]: Table[Name] extends {
    kind: 'text';
  }
    ? string
    : number;
};
