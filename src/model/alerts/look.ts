/** What a network namespace counts and has, as read at one moment. Counts are since it was made. */
export interface NetFigures {
  /** null: there is no conntrack, or no limit. `refused`: packets for which there was no entry. */
  conntrack: { entries: number; limit: number; refused: number } | null;
  /** Ports that connect() chooses from; null: not to be read. */
  ports: { first: number; last: number } | null;
}

/** A network namespace: its figures now, and at the reading before. */
export interface NetLook {
  netns: number;
  now: NetFigures;
  /** null: it was read once. */
  before: NetFigures | null;
  /** Between the two. */
  seconds: number;
}

/** A connect() or a bind() that came to nothing. Text is safe to print. */
export interface Failure {
  pid: number | null;
  process: string | null;
  netns: number;
  remoteAddress: string;
  remotePort: number;
  cause: 'refused' | 'timed out' | 'unreachable' | 'given up' | 'no free port' | 'failed';
}

/** What is known at one moment, some once a second: all that alerts are made of. */
export interface Look {
  /** Wall clock, microseconds since the epoch. */
  atUs: number;
  /** Of nettop. */
  ownNetns: number;
  /** Of a network namespace; null: it has none. Asked for what is told alone. */
  netnsName(netns: number): string | null;
  nets: readonly NetLook[];
  /** Since the look before. */
  failures: readonly Failure[];
}
