import type { Hook } from './model.ts';

/** One packet, or one socket, at one kernel function. */
export interface PacketRow {
  /** Number of the event, rising by one in the order of the ring. */
  key: string;
  /** Wall clock, microseconds since the epoch. */
  timeUs: number;
  function: string;
  hook: Hook;
  /** tcp, udp, icmp, icmp6, or the IP protocol's number; '', as the addresses, where no IP header was read. */
  protocol: string;
  source: string;
  destination: string;
  sourcePort: number | null;
  destinationPort: number | null;
  /** Absolute numbers as on the wire; null where there is no TCP header. */
  sequence: number | null;
  acknowledgment: number | null;
  flags: string[];
  /** IP total length, bytes. */
  length: number;
  interface: string;
  /** Inode; null: not known. */
  netns: number | null;
  cpu: number;
  /** Owner of the socket, never the interrupted task; null when not known. */
  pid: number | null;
  process: string | null;
  /** Address of the sk_buff, hexadecimal; '' for a function that has only a socket. */
  skb: string;
  /** Identity, hexadecimal: the same at all functions, for clones and after NAT too; '' when not known. */
  packet: string;
  /** Number of this event among those of its skb, from 1. */
  hop: number;
  /** Since the packet's event before; null: it is the first. 4.29 s at most. */
  deltaUs: number | null;
  /** Of the network namespace, where it has one. */
  netnsName: string | null;
  /** Whoever was running: in softirq a bystander. */
  currentPid: number;
  currentProcess: string | null;
  mark: number;
  /** Link-layer destination; null where there is no link-layer header. */
  destinationMac: string | null;
  /** Number of the outermost tag's VLAN. */
  vlan: number | null;
  icmp: Icmp | null;
  inner: Inner | null;
  /** Which headers could be read. */
  headers: 'complete' | 'fragment' | 'not linear' | 'not built' | 'socket';
  /** Why it was dropped, by the kernel's name; null: it was not, or the kernel does not say. */
  reason: string | null;
  /** function+offset that freed it; null: not known. */
  place: string | null;
  netfilter: Netfilter | null;
  /** function+offset, innermost first; null: not asked for. */
  stack: string[] | null;
}

/** RFC 792, RFC 4443; id and sequence are those of echo and its reply. */
export interface Icmp {
  type: number;
  code: number;
  id: number | null;
  sequence: number | null;
}

/** The packet that a tunnel carries; protocol and addresses are null where it is no IP packet, or not to be read. */
export interface Inner {
  tunnel: 'vxlan' | 'geneve' | 'ipip' | 'gre';
  /** VNI or key; null: it has none. */
  id: number | null;
  protocol: string | null;
  source: string | null;
  sourcePort: number | null;
  destination: string | null;
  destinationPort: number | null;
}

export interface Netfilter {
  /** prerouting, input, forward, output, postrouting, ingress. */
  hook: string;
  table: string | null;
  chain: string | null;
  /** accept, drop, stolen, queue, repeat. */
  verdict: string;
}
