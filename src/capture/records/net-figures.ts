import type { NetFigures } from '../../model/alerts/look.ts';
import { parseConntrack } from './net-counters.ts';

/** The text of a file; null: it is not there. */
export type ReadFile = (path: string) => string | null;

const NET = '/proc/thread-self/net';
const SYS = '/proc/sys/net';

/** Of the network namespace of the thread whose files `read` reads. */
export function netFigures(read: ReadFile): NetFigures {
  const snmp = read(`${NET}/snmp`) ?? '';
  const netstat = read(`${NET}/netstat`) ?? '';
  const six = read(`${NET}/snmp6`) ?? '';
  const both = (protocol: string, name: string, sixth = name) =>
    counter(snmp, protocol, name) + counterSix(six, `${protocol}6${sixth}`);
  return {
    conntrack: conntrackOf(read),
    ports: portsOf(read),
    timeWait: timeWaitOf(read, netstat),
    neighbours: neighboursOf(read),
    tcp: { sent: counter(snmp, 'Tcp', 'OutSegs'), sentAgain: counter(snmp, 'Tcp', 'RetransSegs') },
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

function timeWaitOf(read: ReadFile, netstat: string): NetFigures['timeWait'] {
  const limit = numberIn(read(`${SYS}/ipv4/tcp_max_tw_buckets`));
  const count = /^TCP: .*\btw (\d+)/m.exec(read(`${NET}/sockstat`) ?? '')?.[1];
  if (limit === null || count === undefined) return null;
  return { entries: Number(count), limit, overflows: counter(netstat, 'TcpExt', 'TCPTimeWaitOverflow') };
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

/**
 * One of the counters of a protocol: there is a line of their names, and below it one of their numbers. 0: it is not
 * there. The few that are wanted of hundreds are looked for: to take all apart costs ten times as much, each second.
 */
function counter(text: string, protocol: string, name: string): number {
  const from = text.startsWith(`${protocol}: `) ? 0 : text.indexOf(`\n${protocol}: `) + 1;
  const end = text.indexOf('\n', from);
  const at = `${text.slice(from, end)} `.indexOf(` ${name} `);
  if (at < 0 || end < 0 || !text.startsWith(protocol, from)) return 0;
  let place = 0;
  for (let space = from + at; space > from; space = text.lastIndexOf(' ', space - 1)) place++;
  return Number(text.slice(end + 1, lineEnd(text, end + 1)).split(' ', place + 1)[place]);
}

/** The same of IPv6: a line for each, with its number behind its name. */
function counterSix(text: string, name: string): number {
  const at = text.startsWith(`${name} `) ? 0 : text.indexOf(`\n${name} `) + 1;
  return text.startsWith(name, at) ? Number(text.slice(at + name.length, lineEnd(text, at))) : 0;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function numberIn(text: string | null): number | null {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}
