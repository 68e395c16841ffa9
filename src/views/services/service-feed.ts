import type { ServiceCount, ServiceKey } from '../../capture/records/service-record.ts';

/** Takes what was counted of a service since the programs were loaded. */
export type VisitService = (key: ServiceKey, count: ServiceCount) => void;

/** What is in no count, since the programs were loaded. */
export interface ServiceLoss {
  /** Answers, as there are too many services. */
  answers: number;
  /** Packets of sockets that found no memory to be followed. */
  unfollowed: number;
}

/** What times answers in the kernel, while somebody looks. */
export interface ServiceFeed {
  /** What was asked before is not seen to be answered. */
  start(nowNs: number): void;
  pause(): void;
  sweep(visit: VisitService): void;
  /** Makes room in the kernel. */
  forget(key: ServiceKey): void;
  loss(): ServiceLoss;
  stop(): void;
}
