export type Side = 'source' | 'destination' | 'either';

/** What a filter asks of one packet, connection or process. Ranges include both ends. */
export type Primitive =
  | { kind: 'protocol'; protocol: number }
  | { kind: 'family'; family: 4 | 6 }
  /** The first `prefix` (0 to 128) bits; the others are 0 in `address`. */
  | { kind: 'host'; side: Side; address: readonly number[]; prefix: number }
  | { kind: 'port'; side: Side; low: number; high: number }
  /** IP total length, bytes. */
  | { kind: 'length'; low: number; high: number }
  | { kind: 'pid'; pid: number }
  /** Part of the process's name, in any case. */
  | { kind: 'process'; name: string }
  | { kind: 'interface'; name: string }
  | { kind: 'netns'; inode: number }
  /** Any of these TCP flags is set. */
  | { kind: 'flags'; mask: number };

export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; operand: Expression }
  | Primitive;

/** The largest value of each number in a filter; pid is the kernel's PID_MAX_LIMIT. */
export const LARGEST = {
  port: 65_535,
  length: 0xffff_ffff,
  pid: 4_194_304,
  netns: 0xffff_ffff,
  protocol: 255,
} as const;

/** Words of the grammar: unquoted, in any case, they are never the name of a process. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'and or not tcp udp icmp icmp6 ip ip6 proto src dst host net port portrange ' +
    'len pid process comm iface netns flags'
  ).split(' '),
);
