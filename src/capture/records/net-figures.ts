import type { NetFigures } from '../../model/alerts/look.ts';
import { parseConntrack } from './net-counters.ts';
import { counterSix, SnmpColumns } from './snmp.ts';

/** The text of a file; null: it is not there. */
export type ReadFile = (path: string) => string | null;

const NET = '/proc/thread-self/net';
const SYS = '/proc/sys/net';

/** What a table may hold, and what it refused, is read from this share on: below it nothing is refused. */
const NEARLY = 0.5;

/** What alerts ask of network namespaces, from as few files as it takes. */
export class FigureReader {
  private readonly columns = new SnmpColumns();

  /** Of the network namespace of the thread whose files `read` reads. */
  figures(read: ReadFile): NetFigures {
    const { columns } = this;
    const snmp = read(`${NET}/snmp`) ?? '';
    const six = read(`${NET}/snmp6`) ?? '';
    const both = (protocol: string, name: string, sixth = name) =>
      columns.counter(snmp, protocol, name) + counterSix(six, `${protocol}6${sixth}`);
    return {
      conntrack: conntrackOf(read),
      timeWait: this.timeWaitOf(read),
      neighbours: neighboursOf(read),
      received: both('Ip', 'InReceives'),
      tcp: {
        sent: columns.counter(snmp, 'Tcp', 'OutSegs'),
        sentAgain: columns.counter(snmp, 'Tcp', 'RetransSegs'),
      },
      udp: {
        received: both('Udp', 'InDatagrams'),
        noPort: both('Udp', 'NoPorts'),
        noRoom: both('Udp', 'RcvbufErrors'),
        sent: both('Udp', 'OutDatagrams'),
      },
      icmp: {
        came: both('Icmp', 'InMsgs'),
        echoReplies: both('Icmp', 'InEchoReps', 'InEchoReplies'),
        echosSent: both('Icmp', 'OutEchos'),
      },
      fragments: both('Ip', 'ReasmReqds'),
    };
  }

  private timeWaitOf(read: ReadFile): NetFigures['timeWait'] {
    const count = /^TCP: .*\btw (\d+)/m.exec(read(`${NET}/sockstat`) ?? '')?.[1];
    const limit = count === undefined ? null : numberIn(read(`${SYS}/ipv4/tcp_max_tw_buckets`));
    const entries = Number(count);
    if (limit === null || entries < limit * NEARLY) return null;
    const netstat = read(`${NET}/netstat`) ?? '';
    return { entries, limit, overflows: this.columns.counter(netstat, 'TcpExt', 'TCPTimeWaitOverflow') };
  }
}

/** Ports that connect() chooses from in that network namespace; null: not to be read. */
export function portsOf(read: ReadFile): { first: number; last: number } | null {
  const [first, last] = (read(`${SYS}/ipv4/ip_local_port_range`) ?? '').trim().split(/\s+/).map(Number);
  return first && last ? { first, last } : null;
}

function conntrackOf(read: ReadFile): NetFigures['conntrack'] {
  const entries = numberIn(read(`${SYS}/netfilter/nf_conntrack_count`));
  if (!entries) return null;
  const limit = numberIn(read(`${SYS}/netfilter/nf_conntrack_max`));
  if (!limit) return null; // 0: there is no limit
  if (entries < limit * NEARLY) return { entries, limit, refused: null };
  const counts = parseConntrack(read(`${NET}/stat/nf_conntrack`) ?? '');
  return { entries, limit, refused: counts?.drop ?? null };
}

/** The tables are one for all network namespaces, and told of in the first one alone. */
function neighboursOf(read: ReadFile): NetFigures['neighbours'] {
  const tables = [
    ['IPv4', 'arp_cache', 'ipv4'],
    ['IPv6', 'ndisc_cache', 'ipv6'],
  ] as const;
  return tables.flatMap(([family, file, folder]) => {
    const text = read(`${NET}/stat/${file}`);
    if (text === null) return [];
    const [names = [], first = [], ...others] = text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const [entriesAt, fullAt] = [names.indexOf('entries'), names.indexOf('table_fulls')];
    if (entriesAt < 0) return [];
    const overflows = [first, ...others].reduce(
      (sum, cpu) => sum + Number.parseInt(cpu[fullAt] ?? '0', 16),
      0,
    );
    const limit = overflows > 0 ? numberIn(read(`${SYS}/${folder}/neigh/default/gc_thresh3`)) : null;
    return [{ family, entries: Number.parseInt(first[entriesAt] ?? '0', 16), limit, overflows }];
  });
}

function numberIn(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}
