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

/** What one source asked of this host and did not get since the look before. */
export interface Refused {
  netns: number;
  source: string;
  /** The address that it asked; null: several. */
  destination: string | null;
  packets: number;
  /** Of them, those that a rule of netfilter dropped. */
  byRules: number;
  /** How many by port; of very many some are left out. */
  ports: ReadonlyMap<number, number>;
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
  refused: readonly Refused[];
  /** Refused packets that are in none of them. */
  refusedLost: number;
  /** TCP connections that are open between a network namespace and an address. */
  established(netns: number, address: string): number;
}
