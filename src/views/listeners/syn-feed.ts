import type { Words } from '../../abi/layout.ts';

/** SYNs of one address or network. */
export interface SynCount {
  address: Words;
  syns: number;
}

/** Whom SYNs to one listener came from, since they are counted. */
export interface SynCounts {
  syns: number;
  /** Of addresses that found no room. */
  rest: number;
  addresses: readonly SynCount[];
  networks: readonly SynCount[];
}

/** What counts SYNs to listeners by source in the kernel, while a SYN queue is high. */
export interface SynFeed {
  /** Counts begin at nothing. */
  start(): void;
  /** It leaves the packets alone; what was counted can still be read. */
  pause(): void;
  /** By the listener's cookie. */
  read(): ReadonlyMap<number, SynCounts>;
  stop(): void;
}
