export type Side = 'source' | 'destination' | 'either';

/**
 * Fields that are compared as whole numbers. length is the IP total length in bytes, netns the namespace's
 * inode, icmpId the identifier of an echo.
 */
export type NumberField = 'length' | 'pid' | 'netns' | 'icmpId';

/** What a filter asks of one packet, connection or process. Ranges include both ends. */
export type Primitive =
  | { kind: 'protocol'; protocol: number }
  | { kind: 'family'; family: 4 | 6 }
  /** The first `prefix` (0 to 128) bits; the others are 0 in `address`. */
  | { kind: 'host'; side: Side; address: readonly number[]; prefix: number }
  | { kind: 'port'; side: Side; low: number; high: number }
  | { kind: 'number'; field: NumberField; low: number; high: number }
  /** Part of the process's name, in any case. */
  | { kind: 'process'; name: string }
  | { kind: 'interface'; name: string }
  /** Any of these TCP flags is set. */
  | { kind: 'flags'; mask: number }
  /** The kernel frees the packet because it was dropped. */
  | { kind: 'drop' }
  /** Why it was dropped: the kernel's numbers for what was written, a number or a pattern of names. */
  | { kind: 'reason'; written: string; numbers: readonly number[] };

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
  icmpId: 65_535,
  protocol: 255,
  reason: 0xffff_ffff,
} as const;

/** 0 stands for a packet without such a number, which is not below any number. */
export const SMALLEST: Record<NumberField | 'port', number> = {
  port: 1,
  length: 0,
  pid: 1,
  netns: 1,
  icmpId: 1,
};

/** The fields' names in the grammar. */
export const NUMBER_WORDS = {
  len: 'length',
  pid: 'pid',
  netns: 'netns',
  icmpid: 'icmpId',
} as const satisfies Record<string, NumberField>;

/** Words of the grammar: unquoted, in any case, they are never the name of a process. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'and or not tcp udp icmp icmp6 ip ip6 proto src dst host net port portrange ' +
    'len pid icmpid process comm iface netns flags drop reason'
  ).split(' '),
);
