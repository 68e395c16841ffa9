import type { ConnectionRow } from './connection.ts';
import type { TcpFigures } from './tcp-figures.ts';

/** What a connection was at one moment. */
export interface Look {
  /** Monotonic. */
  atNs: number;
  row: ConnectionRow;
}

export type Cause =
  | 'idle'
  | 'connecting'
  /** It has nothing to send. */
  | 'application'
  /** It does not read what came. */
  | 'reader'
  /** This end receives: what limits the sender only its end can tell. */
  | 'far end'
  | 'receiver'
  | 'send buffer'
  | 'congestion'
  | 'loss';

/** What holds a connection back, with the figures that say so. */
export interface Verdict {
  cause: Cause;
  /** The time that it is about. */
  seconds: number;
  /** Parts of it, 0 to 1: with data on the way or to send; of that, held back by the receiver's window, by the send buffer. */
  busy: number;
  receiver: number;
  sendBuffer: number;
  /** Shares of the looks: all was sent and the window had room for more; and then the send buffer was full. */
  starved: number;
  bufferFull: number;
  /** In that time; those that were retransmitted are among them. */
  segments: number;
  retransmitted: number;
  rxRate: number;
  txRate: number;
  /** At its end. */
  rttUs: number | null;
  figures: TcpFigures;
}

/** Where one thing becomes another, and why there. */
export const THRESHOLDS = {
  /** Long enough that one burst is no rule, short enough to show what changes. */
  windowSeconds: 10,
  /** With it a Reno window stays below 12 segments: 1.22 / sqrt(p) of Mathis and others, RFC 3819 section 8.5.3. */
  lossShare: 0.01,
  /** A segment retransmitted, and the probe of a tail (RFC 8985), are no rate. */
  lossSegments: 3,
  /** A reader that keeps up takes what came within a time slice or a few; this is many. */
  unreadSeconds: 0.1,
  /** What was so at most of the looks is the rule. */
  mostLooks: 0.5,
} as const;

type Measured = Omit<Verdict, 'cause'>;

/** Says what held a connection back between the first and the last of some looks; null: it cannot be told. */
export function judge(looks: readonly Look[]): Verdict | null {
  const first = looks[0];
  const last = looks.at(-1);
  const before = first?.row.tcp;
  const figures = last?.row.tcp;
  if (!before || !figures || last.atNs <= first.atNs) return null;
  const seconds = (last.atNs - first.atNs) / 1e9;
  const part = (us: number) => Math.min(1, Math.max(0, us / 1e6 / seconds));
  const measured: Measured = {
    seconds,
    busy: part(figures.busyUs - before.busyUs),
    receiver: part(figures.receiverLimitedUs - before.receiverLimitedUs),
    sendBuffer: part(figures.sendBufferLimitedUs - before.sendBufferLimitedUs),
    starved: share(looks, isStarved),
    bufferFull: share(looks, (tcp) => isStarved(tcp) && tcp.sendBufferFull),
    segments: figures.segmentsSent - before.segmentsSent,
    retransmitted: last.row.retransmits - first.row.retransmits,
    rxRate: between(first.row.rxBytes, last.row.rxBytes) / seconds,
    txRate: between(first.row.txBytes, last.row.txBytes) / seconds,
    rttUs: last.row.rttUs,
    figures,
  };
  const acknowledged = figures.ackedBytes > before.ackedBytes;
  return { ...measured, cause: cause(looks, measured, acknowledged) };
}

/** Where the kernel has figures, bytes are known. */
function between(before: number | null, after: number | null): number {
  return (after ?? 0) - (before ?? 0);
}

function cause(looks: readonly Look[], measured: Measured, acknowledged: boolean): Cause {
  const { busy, rxRate, txRate, retransmitted, figures } = measured;
  if (looks.at(-1)?.row.state.startsWith('SYN_')) return 'connecting';
  if (busy === 0 && txRate === 0 && retransmitted === 0) return receiving(looks, rxRate);
  const lost = retransmitted > 0 || figures.lostSegments > 0;
  if (!acknowledged && figures.inFlightBytes > 0 && lost) return 'loss';
  if (rxRate > txRate && busy < 0.5) return receiving(looks, rxRate);
  return sending(measured);
}

function receiving(looks: readonly Look[], rxRate: number): Cause {
  const unread = share(looks, (tcp) => tcp.receiveQueueBytes > rxRate * THRESHOLDS.unreadSeconds);
  if (unread > THRESHOLDS.mostLooks) return 'reader';
  return rxRate > 0 ? 'far end' : 'idle';
}

/**
 * The largest part of the time gives the name. What is left of the busy time is the network's, unless the
 * window had room: the kernel counts a full send buffer only where it sends the last of it while the writer waits.
 */
function sending(measured: Measured): Cause {
  const { busy, receiver, sendBuffer } = measured;
  const network = busy - receiver - sendBuffer;
  const largest = Math.max(1 - busy, receiver, sendBuffer, network);
  if (largest === receiver) return 'receiver';
  if (largest === sendBuffer) return 'send buffer';
  if (largest !== network) return 'application';
  if (isLossy(measured)) return 'loss';
  if (measured.starved <= THRESHOLDS.mostLooks) return 'congestion';
  return measured.bufferFull > measured.starved / 2 ? 'send buffer' : 'application';
}

/** Whether so much was retransmitted that it matters. */
export function isLossy({ segments, retransmitted }: Pick<Verdict, 'segments' | 'retransmitted'>): boolean {
  return retransmitted >= THRESHOLDS.lossSegments && retransmitted >= segments * THRESHOLDS.lossShare;
}

function isStarved({ unsentBytes, inFlightBytes, congestionWindow, mss }: TcpFigures): boolean {
  return unsentBytes === 0 && inFlightBytes < congestionWindow * mss;
}

function share(looks: readonly Look[], holds: (tcp: TcpFigures) => boolean): number {
  return looks.filter(({ row }) => row.tcp !== null && holds(row.tcp)).length / looks.length;
}
