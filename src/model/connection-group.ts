import type { Bucket } from './log2-buckets.ts';

/** What connections can be put together by; 'connection' is one row for each. */
export const CONNECTION_GROUPINGS = [
  'connection',
  'host',
  'network',
  'port',
  'process',
  'container',
  'state',
] as const;
export type ConnectionGrouping = (typeof CONNECTION_GROUPINGS)[number];

/** Those of a pane's rows that a histogram may be of; 'all' are all that the filter lets through. */
export const CONNECTION_SETS = [...CONNECTION_GROUPINGS, 'unit', 'user', 'name', 'all'] as const;
export type ConnectionSet = Exclude<(typeof CONNECTION_SETS)[number], 'connection'>;

/** Several rows of connections as one. Rates, bytes and retransmits of the row are sums, its round trip is the longest. */
export interface ConnectionGroup {
  by: ConnectionSet;
  /** What tells it from others of its kind. */
  key: string;
  name: string;
  /** Rows that are in it, with those of listeners and of other protocols. */
  connections: number;
  /** Of them, those that closed a short while ago. */
  closed: number;
  /** Largest part of its segments that one connection retransmitted; null: none of them sent any. */
  worstShare: number | null;
  /** The filter that lets their packets through; null: none does. */
  filter: string | null;
  /** Connections by their round trip, µs. */
  rtt: Bucket[];
  /** Connections by the time from the first SYN to ESTABLISHED, µs; those that nettop saw begin, at the end that connects. */
  connect: Bucket[];
  /** Connections of TCP by the segments that they retransmitted. */
  retransmits: Bucket[];
}
