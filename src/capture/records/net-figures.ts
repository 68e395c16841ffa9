import type { NetFigures } from '../../model/alerts/look.ts';
import { parseConntrack } from './net-counters.ts';

/** The text of a file; null: it is not there. */
export type ReadFile = (path: string) => string | null;

/** Of the network namespace of the thread whose files `read` reads. */
export function netFigures(read: ReadFile): NetFigures {
  return { conntrack: conntrackOf(read), ports: portsOf(read) };
}

function conntrackOf(read: ReadFile): NetFigures['conntrack'] {
  const entries = numberIn(read('/proc/sys/net/netfilter/nf_conntrack_count'));
  const limit = numberIn(read('/proc/sys/net/netfilter/nf_conntrack_max'));
  if (entries === null || limit === null || limit === 0) return null; // 0: there is no limit
  const counts = parseConntrack(read('/proc/thread-self/net/stat/nf_conntrack') ?? '');
  return { entries, limit, refused: counts?.drop ?? 0 };
}

function portsOf(read: ReadFile): NetFigures['ports'] {
  const [first, last] = (read('/proc/sys/net/ipv4/ip_local_port_range') ?? '')
    .trim()
    .split(/\s+/)
    .map(Number);
  return first && last ? { first, last } : null;
}

function numberIn(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}
