/** What a network namespace counts of connections that it did not take, by the names of /proc/net/netstat. */
export const LISTEN_COUNTERS = [
  'ListenDrops',
  'ListenOverflows',
  'TCPReqQFullDrop',
  'SyncookiesSent',
  'SyncookiesRecv',
  'SyncookiesFailed',
  'EmbryonicRsts',
] as const;
export type ListenCounter = (typeof LISTEN_COUNTERS)[number];

/** Of /proc/net/stat/nf_conntrack, with how many connections there are and may be; null: not to be read. */
export interface Conntrack {
  drop: number;
  earlyDrop: number;
  insertFailed: number;
  entries: number | null;
  limit: number | null;
}

/** How a network namespace limits handshakes. */
export interface ListenLimits {
  /** net.ipv4.tcp_syncookies: 0 never, 1 where a queue is full, 2 always. */
  cookies: number;
  /** net.ipv4.tcp_max_syn_backlog. */
  handshakes: number;
}

/** Since the network namespace was made. */
export interface NetCounters {
  /** null: not to be read. */
  limits: ListenLimits | null;
  tcp: Record<ListenCounter, number>;
  /** null: the kernel has none. */
  conntrack: Conntrack | null;
}

/** A counter that this kernel does not have is 0. */
export function parseNetstat(text: string): Record<ListenCounter, number> {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  const counts = {} as Record<ListenCounter, number>;
  for (const name of LISTEN_COUNTERS) counts[name] = Number(values[names.indexOf(name)] ?? 0);
  return counts;
}

type Drops = Pick<Conntrack, 'drop' | 'earlyDrop' | 'insertFailed'>;

/** Sums over the CPUs: a line of hexadecimal numbers for each below their names. null: no such table. */
export function parseConntrack(text: string): Drops | null {
  const [names = [], ...cpus] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const sum = (name: string) => {
    const place = names.indexOf(name);
    return cpus.reduce((all, values) => all + Number.parseInt(values[place] ?? '0', 16), 0);
  };
  if (!names.includes('drop')) return null;
  return { drop: sum('drop'), earlyDrop: sum('early_drop'), insertFailed: sum('insert_failed') };
}
