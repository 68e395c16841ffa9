import type { Hook } from './model.ts';
import type { PacketRow } from './packet.ts';

/** How a packet's way ended, as far as it was seen. */
export type Result =
  | 'delivered'
  | 'sent'
  | 'forwarded'
  | 'dropped'
  | 'consumed'
  | 'on its way'
  | 'not seen to end';

type HeaderField =
  | 'protocol'
  | 'source'
  | 'destination'
  | 'sourcePort'
  | 'destinationPort'
  | 'sequence'
  | 'flags'
  | 'length';

/** One packet with all functions that it was seen at. Headers are those of its first event that has any. */
export interface JourneyRow extends Pick<PacketRow, HeaderField | 'pid' | 'process'> {
  /** Number of its first event. */
  key: string;
  /** Identity, as in PacketRow; '' when not known. */
  packet: string;
  /** Of its first event: wall clock, microseconds since the epoch. */
  timeUs: number;
  functions: number;
  /** From its first event to its last. */
  latencyUs: number;
  result: Result;
  /** Why it was dropped; null: it was not, or the kernel does not say. */
  reason: string | null;
  /** Events between those seen that were lost. */
  lost: number;
}

/** What is different from the hop before. */
export interface Change {
  field: 'source' | 'destination' | 'interface' | 'netns' | 'mark' | 'skb';
  from: string;
  to: string;
}

/** One function on a packet's path. */
export interface Hop {
  /** Number of the event. */
  key: string;
  function: string;
  hook: Hook;
  timeUs: number;
  /** Since the packet's previous hop. */
  deltaUs: number;
  sinceFirstUs: number;
  cpu: number;
  interface: string;
  /** Name of the network namespace, or its inode. */
  netns: string;
  /** Why it was dropped there. */
  reason: string | null;
  place: string | null;
  /** Events of the same skb that were lost before this one. */
  lostBefore: number;
  changes: Change[];
}

export interface Journey {
  row: JourneyRow;
  hops: Hop[];
}
