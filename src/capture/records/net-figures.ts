import type { NetFigures } from '../../model/alerts/look.ts';
import { parseConntrack } from './net-counters.ts';

/** The text of a file; null: it is not there. */
export type ReadFile = (path: string) => string | null;

const NET = '/proc/thread-self/net';
const SYS = '/proc/sys/net';

/** Of the network namespace of the thread whose files `read` reads. */
export function netFigures(read: ReadFile): NetFigures {
  const snmp = counters(read(`${NET}/snmp`) ?? '');
  const netstat = counters(read(`${NET}/netstat`) ?? '');
  const six = pairs(read(`${NET}/snmp6`) ?? '');
  const both = (four: string, sixth: string) => (snmp.get(four) ?? 0) + (six.get(sixth) ?? 0);
  return {
    conntrack: conntrackOf(read),
    ports: portsOf(read),
    timeWait: timeWaitOf(read, netstat),
    neighbours: neighboursOf(read),
    tcp: { sent: snmp.get('Tcp OutSegs') ?? 0, sentAgain: snmp.get('Tcp RetransSegs') ?? 0 },
    udp: {
      received: both('Udp InDatagrams', 'Udp6InDatagrams'),
      noPort: both('Udp NoPorts', 'Udp6NoPorts'),
      noRoom: both('Udp RcvbufErrors', 'Udp6RcvbufErrors'),
      sent: both('Udp OutDatagrams', 'Udp6OutDatagrams'),
    },
    icmp: both('Icmp InMsgs', 'Icmp6InMsgs'),
    fragments: both('Ip ReasmReqds', 'Ip6ReasmReqds'),
  };
}

function conntrackOf(read: ReadFile): NetFigures['conntrack'] {
  const entries = numberIn(read(`${SYS}/netfilter/nf_conntrack_count`));
  const limit = numberIn(read(`${SYS}/netfilter/nf_conntrack_max`));
  if (entries === null || limit === null || limit === 0) return null; // 0: there is no limit
  const counts = parseConntrack(read(`${NET}/stat/nf_conntrack`) ?? '');
  return { entries, limit, refused: counts?.drop ?? 0 };
}

function portsOf(read: ReadFile): NetFigures['ports'] {
  const [first, last] = (read(`${SYS}/ipv4/ip_local_port_range`) ?? '').trim().split(/\s+/).map(Number);
  return first && last ? { first, last } : null;
}

function timeWaitOf(read: ReadFile, netstat: ReadonlyMap<string, number>): NetFigures['timeWait'] {
  const limit = numberIn(read(`${SYS}/ipv4/tcp_max_tw_buckets`));
  const count = /^TCP: .*\btw (\d+)/m.exec(read(`${NET}/sockstat`) ?? '')?.[1];
  if (limit === null || count === undefined) return null;
  return { entries: Number(count), limit, overflows: netstat.get('TcpExt TCPTimeWaitOverflow') ?? 0 };
}

/** The tables are one for all network namespaces, and told of in the first one alone. */
function neighboursOf(read: ReadFile): NetFigures['neighbours'] {
  const tables = (
    [
      ['IPv4', 'arp_cache', 'ipv4'],
      ['IPv6', 'ndisc_cache', 'ipv6'],
    ] as const
  ).flatMap(([family, file, folder]) => {
    const limit = numberIn(read(`${SYS}/${folder}/neigh/default/gc_thresh3`));
    const [names = [], first = [], ...others] = (read(`${NET}/stat/${file}`) ?? '')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [entriesAt, fullAt] = [names.indexOf('entries'), names.indexOf('table_fulls')];
    if (limit === null || entriesAt < 0) return [];
    const full = [first, ...others].reduce((sum, cpu) => sum + Number.parseInt(cpu[fullAt] ?? '0', 16), 0);
    return [{ family, entries: Number.parseInt(first[entriesAt] ?? '0', 16), limit, overflows: full }];
  });
  return tables;
}

/** "Tcp OutSegs" and its value: a line of names, and below it one of numbers, for each protocol. */
function counters(text: string): Map<string, number> {
  const found = new Map<string, number>();
  const lines = text.split('\n');
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [protocol = '', ...names] = (lines[at] ?? '').split(' ');
    const [, ...values] = (lines[at + 1] ?? '').split(' ');
    names.forEach((name, place) => {
      found.set(`${protocol.slice(0, -1)} ${name}`, Number(values[place]));
    });
  }
  return found;
}

function pairs(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^(\w+)\s+(\d+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  );
}

function numberIn(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}
