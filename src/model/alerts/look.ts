import type { Evidence } from './alert.ts';

/** What a network namespace counts and has, as read at one moment. Counts are since it was made. */
export interface NetFigures {
  /** null: there is no conntrack, or no limit. `refused`: packets for which there was no entry; null: not known while half of it is free. */
  conntrack: { entries: number; limit: number; refused: number | null } | null;
  /** Closed connections whose ports are not free yet; null: not to be read, or half of the table is free. `overflows`: those that found no room. */
  timeWait: { entries: number; limit: number; overflows: number } | null;
  /** By family; told of in the first network namespace alone. `overflows`: neighbours that found no room; without any `limit` is null. */
  neighbours: readonly {
    family: 'IPv4' | 'IPv6';
    entries: number;
    limit: number | null;
    overflows: number;
  }[];
  /** Packets of IP that came. */
  received: number;
  /** Segments. */
  tcp: { sent: number; sentAgain: number };
  /** Datagrams that came for a socket, for none, and for one whose buffer was full; and those that were sent. */
  udp: { received: number; noPort: number; noRoom: number; sent: number };
  /** Messages that came, the answers to pings among them, and pings that were sent. */
  icmp: { came: number; echoReplies: number; echosSent: number };
  /** Fragments that came. */
  fragments: number;
}

/** Whose it is, and its ends. Text is safe to print. */
interface Ends {
  /** Of the socket. */
  cookie: number;
  pid: number | null;
  process: string | null;
  localAddress: string;
  localPort: number;
  remoteAddress: string;
}

/** A far end of a UDP socket that is not connected. Bytes of payload, since they were seen first. */
export interface FlowLook extends Ends {
  rxBytes: number;
  txBytes: number;
}

/** An open socket. */
export interface SocketLook extends Ends {
  protocol: 'tcp' | 'udp';
  remotePort: number;
  /** Segments that were sent again since it was opened. */
  retransmits: number;
  /** Packets that it dropped since it was opened, as its buffer was full. */
  drops: number;
}

/** A network namespace: its figures now, and at the reading before. */
export interface NetLook {
  netns: number;
  now: NetFigures;
  /** null: it was read once. */
  before: NetFigures | null;
  /** Between the two. */
  seconds: number;
  /**
   * RST segments to this host that were dropped in the last `seconds`: they reset nothing. `unwanted`:
   * those that are for no connection; null: the kernel does not say. null: it is the first look.
   */
  resets: { packets: number; unwanted: number | null; seconds: number } | null;
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

/** What came to a network namespace from a network, since it is counted by that. */
export interface Arrivals {
  kind: 'datagrams' | 'messages' | 'fragments' | 'resets';
  /** 203.0.113.0/24 or 2001:db8::/64. */
  network: string;
  /** Of datagrams and RST segments. */
  port: number | null;
  packets: number;
  bytes: number;
}

/** What troubles a listener, as the listeners pane says it. */
export interface ListenerTrouble {
  kind: 'slowAccept' | 'synFlood' | 'connectFlood' | 'burst' | 'answersLost';
  pid: number | null;
  process: string | null;
  localAddress: string;
  localPort: number;
  netns: number;
  /** How bad it is. */
  figure: number;
  evidence: Evidence;
  sentence: string;
  advice: string;
}

/** What is known at one moment, some once a second: all that alerts are made of. */
export interface Look {
  /** Wall clock, microseconds since the epoch. */
  atUs: number;
  /** Of nettop. */
  ownNetns: number;
  /** Of a network namespace; null: it has none. Asked for what is told alone. */
  netnsName(netns: number): string | null;
  /** Those that were read since the look before. */
  nets: readonly NetLook[];
  /** Those that were not read again: nothing new is known of them. */
  unread: ReadonlySet<number>;
  /** Since the look before. */
  failures: readonly Failure[];
  listeners: readonly ListenerTrouble[];
  /** What the user's own rules ask for, one a rule; null: nothing is known of it. */
  rules: readonly (number | null)[];
  refused: readonly Refused[];
  /** Refused packets that are in none of them. */
  refusedLost: number;
  /** Ports that connect() chooses from; null: not to be read. Asked for what is told alone. */
  ports(netns: number): { first: number; last: number } | null;
  /** Asked for only while a total is high: there may be 100,000. */
  sockets(netns: number): Iterable<SocketLook>;
  /** The same of far ends. */
  flows(netns: number): Iterable<FlowLook>;
  /** Asked for only while a total is high: from then on it is counted, from nothing. */
  arrivals(netns: number): Arrivals[];
  /** TCP connections that are open between a network namespace and an address. */
  established(netns: number, address: string): number;
}
