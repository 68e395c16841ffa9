import type { Backlog, TcpFigures } from '../model.ts';
import { hasFigures, isListener, type Socket } from './socket.ts';

/** include/net/tcp.h */
const TCP_INFINITE_SSTHRESH = 0x7fffffff;
/** What tcp_init_sock sets it to. */
const NO_RTT = 0xffffffff;

/** null: not TCP, or a listener, or a socket of which the kernel has none. */
export function tcpFigures(socket: Socket): TcpFigures | null {
  if (!hasFigures(socket)) return null;
  const { minRttUs, slowStartThreshold, deliveryRate, sendQueue, unsentBytes } = socket;
  return {
    rttVarianceUs: socket.rttVarianceUs,
    minRttUs: minRttUs === NO_RTT ? null : minRttUs,
    congestionWindow: socket.congestionWindow,
    slowStartThreshold: slowStartThreshold === TCP_INFINITE_SSTHRESH ? null : slowStartThreshold,
    mss: socket.mss,
    congestionControl: socket.congestionControl,
    deliveryRate: deliveryRate || null,
    applicationLimited: socket.applicationLimited === 1,
    ackedBytes: socket.ackedBytes,
    inFlightBytes: sendQueue - unsentBytes,
    unsentBytes,
    sendQueueBytes: sendQueue,
    sendBufferFull: socket.sendBufferFull === 1,
    receiveQueueBytes: socket.receiveQueue,
    segmentsSent: socket.segmentsSent,
    lostSegments: socket.lostSegments,
    outOfOrderSegments: socket.outOfOrderSegments,
    busyUs: socket.busyUs,
    receiverLimitedUs: socket.receiverLimitedUs,
    sendBufferLimitedUs: socket.sendBufferLimitedUs,
  };
}

/** null: not a listener. */
export function backlog(socket: Socket): Backlog | null {
  return isListener(socket) ? { waiting: socket.receiveQueue, limit: socket.sendQueue } : null;
}
