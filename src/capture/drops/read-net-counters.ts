import { readFileSync } from 'node:fs';
import {
  type Conntrack,
  type ListenLimits,
  type NetCounters,
  parseConntrack,
  parseNetstat,
} from '../records/net-counters.ts';

/** Of the thread's network namespace. */
export function readNetCounters(): NetCounters {
  return {
    limits: readLimits(),
    tcp: parseNetstat(readFileSync('/proc/thread-self/net/netstat', 'latin1')),
    conntrack: readConntrack(),
  };
}

function readLimits(): ListenLimits | null {
  const cookies = readIfThere('/proc/sys/net/ipv4/tcp_syncookies');
  const handshakes = readIfThere('/proc/sys/net/ipv4/tcp_max_syn_backlog');
  return cookies === null || handshakes === null
    ? null
    : { cookies: Number(cookies), handshakes: Number(handshakes) };
}

function readConntrack(): Conntrack | null {
  const text = readIfThere('/proc/thread-self/net/stat/nf_conntrack');
  const drops = text === null ? null : parseConntrack(text);
  if (!drops) return null;
  const number = (name: string) => {
    const value = readIfThere(`/proc/sys/net/netfilter/${name}`);
    return value === null ? null : Number(value);
  };
  return { ...drops, entries: number('nf_conntrack_count'), limit: number('nf_conntrack_max') };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}
