import type { ConnectionGroup } from './connection-group.ts';
import type { DroppingRule } from './dropping-rule.ts';
import type { NameSource } from './names.ts';
import type { TcpFigures } from './tcp-figures.ts';

/** A socket that carries or awaits a connection, or a UDP flow. Bytes are payload, rates bytes per second. */
export interface ConnectionRow {
  key: string;
  /** tcp, udp, icmp, icmp6, mptcp, sctp, udplite; raw and packet are kinds of socket. */
  protocol: string;
  /** Number of the IP protocol of its packets; null: a packet socket. */
  ipProtocol: number | null;
  /** What a packet socket receives: 0 nothing, 3 every frame; null: it is none. */
  ethertype: number | null;
  /** As RFC 9293 names it: ESTABLISHED, FIN_WAIT1, …; UDP and others have none: OPEN, or CLOSE. */
  state: string;
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  /** By which the far end was asked for; null: not known, or names are not followed. */
  remoteName: string | null;
  remoteNameSource: NameSource | null;
  /** The interface that the socket is bound to, which is the zone of its link-local addresses; null: none. */
  interface: string | null;
  pid: number | null;
  process: string | null;
  /** null: not counted for long enough. */
  rxRate: number | null;
  txRate: number | null;
  /** The connection's own, since it opened; of UDP since nettop looks. null: it closed before nettop looked, or is a packet socket. */
  rxBytes: number | null;
  txBytes: number | null;
  rttUs: number | null;
  retransmits: number;
  /** Whose fault they were; null: it has no TCP socket, or this kernel does not tell. */
  faults: RetransmitFaults | null;
  /** null: it is older than nettop and the kernel does not record its birth. */
  ageSeconds: number | null;
  /** What is known when ageSeconds is null: it is at least this old. */
  seenSeconds: number;
  /** Inode; null: not known. */
  netns: number | null;
  /** null: it has none. */
  netnsName: string | null;
  /** null: not TCP, or a listener, or no socket of a process any more (TIME_WAIT) or yet. */
  tcp: TcpFigures | null;
  /** Of a listener. */
  backlog: Backlog | null;
  /** The newest ICMP message about what it sent, while nothing was acknowledged since, or its segments are smaller for it; null: none, or it was not seen. */
  icmp: IcmpError | null;
  /** Packets that the socket dropped by its own count since it was opened; null: there is no whole socket. */
  socketDrops: number | null;
  /** null: it is older than nettop, or not TCP. */
  life: Life | null;
  /** null: it is open. */
  ending: Ending | null;
  /** null: one connection by itself. */
  group: ConnectionGroup | null;
  /** The same connection at its other end, where that is on another machine that is watched. */
  otherEnd?: OtherEnd;
  /** Where several machines are watched, on which it is. */
  machine?: string;
}

/** A connection as the machine at its other end has it. */
export type OtherEnd = Omit<ConnectionRow, 'otherEnd'>;

export interface Backlog {
  /** Connections that wait for accept(). */
  waiting: number;
  /** Of them, and of handshakes. */
  limit: number;
  /** Connections before the end of their handshake. */
  handshakes: number;
}

/** What nettop saw of a connection from its first moment on. */
export interface Life {
  /** In order, with the time in each; the last is the one it is in. */
  states: readonly { state: string; us: number }[];
  /** From the first SYN to ESTABLISHED, or to the failure; null: it was accepted. */
  connectUs: number | null;
  /** From ESTABLISHED to accept(); null: it was connected, or is not accepted yet. */
  acceptUs: number | null;
  /** acceptUs ends with the first use: accept() itself was not seen. */
  acceptAtMost: boolean;
  /** SYNs that were retransmitted; of an accepted connection SYN-ACKs. */
  synRetransmits: number;
}

/** Segments of a handshake, SYNs and their answers, that this kernel dropped. */
export interface SynDrop {
  /** Of the newest one; null: the kernel does not say. */
  reason: string | null;
  /** function+offset; null: the kernel hides its addresses, or freed none as dropped. */
  place: string | null;
  segments: number;
  /** The listener dropped SYNs meanwhile, by its own count: these were among them. */
  inferred: boolean;
  /** Where it was dropped: inode of the network namespace; null: not known. */
  netns: number | null;
}

/** Where this kernel dropped a segment of a connection, or an acknowledgment to it. */
export interface SegmentDrop {
  /** null: the kernel does not say. */
  reason: string | null;
  /** function+offset; null: the kernel hides its addresses. */
  place: string | null;
  /** null: it had none yet. */
  interface: string | null;
  /** The discipline of the interface's queue, where that dropped it. */
  qdisc: string | null;
  /** Inode of the network namespace; null: not known. */
  netns: number | null;
  /** null: it has none. */
  netnsName: string | null;
  /** The segment had come to the far end, and its acknowledgment was dropped. */
  acknowledgment: boolean;
  /** Of nftables, where netfilter dropped it; null: not known. */
  rule: DroppingRule | null;
}

/** Whose fault the retransmits of a connection were. What is in neither count is not known. */
export interface RetransmitFaults {
  /** Segments that were sent again as this kernel had dropped them, or the acknowledgment of them. */
  local: number;
  /** Segments that were sent again and of which this kernel dropped nothing. */
  path: number;
  /** Packets with its segments that this kernel dropped on their way out, sent again or not. */
  dropped: number;
  /** The newest that was dropped here; null: none. */
  drop: SegmentDrop | null;
}

/** An ICMP message about what this end sent. */
export interface IcmpError {
  protocol: 'icmp' | 'icmp6';
  type: number;
  code: number;
  /** Of the host that sent it; this end's own address: this machine. */
  sender: string;
}

/** How the routes of the network namespace refuse an address, asked a moment after. */
export interface RefusingRoute {
  /** none: there is none. Others: ip-route(8). */
  type: 'none' | 'unreachable' | 'prohibit' | 'blackhole' | 'throw';
  inferred: true;
}

export interface Ending {
  /** failed: connect() came to nothing before a segment left. */
  cause: 'closed' | 'reset' | 'refused' | 'timed out' | 'unreachable' | 'given up' | 'failed';
  /** Who sent the reset. */
  resetBy: 'this end' | 'far end' | null;
  /** The kernel's reason for the reset, or its error or the ICMP message where that ended it. */
  reason: string | null;
  /** The name of the error that the process had; null: none. */
  error: string | null;
  /** The ICMP message that ended it; null: none, or it is not known. */
  icmp: IcmpError | null;
  /** The route for which nothing could be sent; null: that was not the cause, or it is not known. */
  route: RefusingRoute | null;
  /** Why a connection was not made that nobody answered; null: this kernel dropped nothing of it. */
  drop: SynDrop | null;
  secondsAgo: number;
}
