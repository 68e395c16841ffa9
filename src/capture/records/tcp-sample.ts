/** What the kernel counts of a TCP socket, as struct tcp_info has it. */
export interface Figures {
  readonly rttVarianceUs: number;
  /** 0xffffffff: not measured yet. */
  readonly minRttUs: number;
  readonly congestionWindow: number;
  /** 0x7fffffff: not reached yet. */
  readonly slowStartThreshold: number;
  readonly mss: number;
  readonly congestionControl: string;
  /** 0: no sample yet. */
  readonly deliveryRate: number;
  /** 1: that sample was limited by what the application sent. */
  readonly applicationLimited: number;
  /** 1: whoever writes has to wait. */
  readonly sendBufferFull: number;
  readonly ackedBytes: number;
  /** Of a listener: connections that wait for accept(). */
  readonly receiveQueue: number;
  /** Of a listener: the most of those. */
  readonly sendQueue: number;
  /** Packets that it dropped (sk_drops); of UDP too. */
  readonly drops: number;
  /** Of a listener: connections before the end of their handshake. */
  readonly handshakes: number;
  readonly unsentBytes: number;
  readonly segmentsSent: number;
  readonly lostSegments: number;
  readonly outOfOrderSegments: number;
  readonly busyUs: number;
  readonly receiverLimitedUs: number;
  readonly sendBufferLimitedUs: number;
}

/** Before the first reading. */
export const NO_FIGURES: Figures = {
  rttVarianceUs: 0,
  minRttUs: 0xffffffff,
  congestionWindow: 0,
  slowStartThreshold: 0x7fffffff,
  mss: 0,
  congestionControl: '',
  deliveryRate: 0,
  applicationLimited: 0,
  sendBufferFull: 0,
  ackedBytes: 0,
  receiveQueue: 0,
  sendQueue: 0,
  drops: 0,
  handshakes: 0,
  unsentBytes: 0,
  segmentsSent: 0,
  lostSegments: 0,
  outOfOrderSegments: 0,
  busyUs: 0,
  receiverLimitedUs: 0,
  sendBufferLimitedUs: 0,
};

/** The figures apart from what they are read from. */
export function copyFigures(figures: Figures): Figures {
  return {
    rttVarianceUs: figures.rttVarianceUs,
    minRttUs: figures.minRttUs,
    congestionWindow: figures.congestionWindow,
    slowStartThreshold: figures.slowStartThreshold,
    mss: figures.mss,
    congestionControl: figures.congestionControl,
    deliveryRate: figures.deliveryRate,
    applicationLimited: figures.applicationLimited,
    sendBufferFull: figures.sendBufferFull,
    ackedBytes: figures.ackedBytes,
    receiveQueue: figures.receiveQueue,
    sendQueue: figures.sendQueue,
    drops: figures.drops,
    handshakes: figures.handshakes,
    unsentBytes: figures.unsentBytes,
    segmentsSent: figures.segmentsSent,
    lostSegments: figures.lostSegments,
    outOfOrderSegments: figures.outOfOrderSegments,
    busyUs: figures.busyUs,
    receiverLimitedUs: figures.receiverLimitedUs,
    sendBufferLimitedUs: figures.sendBufferLimitedUs,
  };
}
