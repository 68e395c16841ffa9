import { spawnSync } from 'node:child_process';
import type { TcpLine } from './rows.ts';

/** What `ss` says of a TCP connection, in nettop's words; times that may run on are apart. */
export interface SocketInfo {
  receiveBytes: number;
  /** Without retransmissions. */
  transmitBytes: number;
  rttMicroseconds: number;
  retransmits: number;
  tcp: Omit<TcpLine, keyof RunningTimes>;
}

export type RunningTimes = Pick<
  TcpLine,
  'busyMicroseconds' | 'receiverLimitedMicroseconds' | 'sendBufferLimitedMicroseconds'
>;

function ask(local: number, remote: number, within: readonly string[]): string {
  const filter = ['sport', '=', `:${local}`, 'and', 'dport', '=', `:${remote}`];
  const [command = '', ...args] = [...within, 'ss', '-tinmHO', ...filter];
  return spawnSync(command, args, { encoding: 'utf8' }).stdout.trim();
}

/** Of the connection from a local to a remote port; null when there is none. */
export function socketInfo(local: number, remote: number, within: readonly string[] = []): SocketInfo | null {
  const text = ask(local, remote, within);
  if (!text) return null;
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  const microseconds = (pattern: RegExp) => Math.round(number(pattern) * 1000);
  const [, receiveQueue = '', sendQueue = ''] = text.split(/\s+/);
  const unsentBytes = number(/ notsent:(\d+)/);
  return {
    receiveBytes: number(/ bytes_received:(\d+)/),
    transmitBytes: number(/ bytes_sent:(\d+)/) - number(/ bytes_retrans:(\d+)/),
    rttMicroseconds: microseconds(/ rtt:([\d.]+)/),
    retransmits: number(/ retrans:\d+\/(\d+)/),
    tcp: {
      rttVarianceMicroseconds: microseconds(/ rtt:[\d.]+\/([\d.]+)/),
      minimumRttMicroseconds: microseconds(/ minrtt:([\d.]+)/) || null,
      congestionWindow: number(/ cwnd:(\d+)/),
      slowStartThreshold: number(/ ssthresh:(\d+)/) || null,
      segmentBytes: number(/ mss:(\d+)/),
      congestionControl: / (\w+) wscale:/.exec(text)?.[1] ?? '',
      deliveryBytesPerSecond: number(/ delivery_rate (\d+)bps/) / 8 || null,
      applicationLimited: text.includes(' app_limited'),
      acknowledgedBytes: number(/ bytes_acked:(\d+)/),
      inFlightBytes: Number(sendQueue) - unsentBytes,
      unsentBytes,
      sendQueueBytes: Number(sendQueue),
      receiveQueueBytes: Number(receiveQueue),
      // skmem: w is sk_wmem_queued, tb sk_sndbuf
      sendBufferFull: number(/skmem:\(.*?,w(\d+)/) >= number(/skmem:\(.*?,tb(\d+)/),
      segmentsSent: number(/ segs_out:(\d+)/),
      lostSegments: number(/ lost:(\d+)/),
      outOfOrderSegments: number(/ rcv_ooopack:(\d+)/),
    },
  };
}

/** Recv-Q and Send-Q of a listener: how many wait for accept(), and the most of them. */
export function listenerQueues(port: number, within: readonly string[] = []): [number, number] {
  const [command = '', ...args] = [...within, 'ss', '-tlnHO', 'sport', '=', `:${port}`];
  const [, waiting, limit] = spawnSync(command, args, { encoding: 'utf8' }).stdout.split(/\s+/);
  return [Number(waiting), Number(limit)];
}

/** Times of a connection that may run on while nobody sends; ss tells whole milliseconds. */
export function runningTimes(local: number, remote: number): RunningTimes {
  const text = ask(local, remote, []);
  const microseconds = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0) * 1000;
  return {
    busyMicroseconds: microseconds(/ busy:(\d+)ms/),
    receiverLimitedMicroseconds: microseconds(/ rwnd_limited:(\d+)ms/),
    sendBufferLimitedMicroseconds: microseconds(/ sndbuf_limited:(\d+)ms/),
  };
}
