import { hasFigures, isListener, type Socket } from '../../capture/ledger/socket.ts';
import type { Backlog, TcpFigures } from '../../model/model.ts';

/** include/net/tcp.h */
const TCP_INFINITE_SSTHRESH = 0x7fffffff;
/** What tcp_init_sock sets it to. */
const NO_RTT = 0xffffffff;

/** null: not TCP, or a listener, or a socket of which the kernel has none, or that sent nothing. */
export function tcpFigures(socket: Socket): TcpFigures | null {
  if (!hasFigures(socket) || socket.closed?.unsent) return null;
  const { figures } = socket;
  const { minRttUs, slowStartThreshold, deliveryRate, sendQueue, unsentBytes } = figures;
  return {
    rttVarianceUs: figures.rttVarianceUs,
    minRttUs: minRttUs === NO_RTT ? null : minRttUs,
    congestionWindow: figures.congestionWindow,
    slowStartThreshold: slowStartThreshold === TCP_INFINITE_SSTHRESH ? null : slowStartThreshold,
    mss: figures.mss,
    congestionControl: figures.congestionControl,
    deliveryRate: deliveryRate || null,
    applicationLimited: figures.applicationLimited === 1,
    ackedBytes: figures.ackedBytes,
    inFlightBytes: sendQueue - unsentBytes,
    unsentBytes,
    sendQueueBytes: sendQueue,
    sendBufferFull: figures.sendBufferFull === 1,
    receiveQueueBytes: figures.receiveQueue,
    segmentsSent: figures.segmentsSent,
    lostSegments: figures.lostSegments,
    outOfOrderSegments: figures.outOfOrderSegments,
    busyUs: figures.busyUs,
    receiverLimitedUs: figures.receiverLimitedUs,
    sendBufferLimitedUs: figures.sendBufferLimitedUs,
  };
}

/** null: not a listener. */
export function backlog(socket: Socket): Backlog | null {
  const { receiveQueue, sendQueue, handshakes } = socket.figures;
  return isListener(socket) ? { waiting: receiveQueue, limit: sendQueue, handshakes } : null;
}
