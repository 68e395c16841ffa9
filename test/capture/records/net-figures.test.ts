import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FigureReader, portsOf } from '../../../src/capture/records/net-figures.ts';

/** As Linux 6.18 writes them, shortened. */
const FILES: Record<string, string> = {
  '/proc/thread-self/net/snmp': `Ip: Forwarding InReceives ReasmReqds
Ip: 1 900 7
Icmp: InMsgs InErrors InEchoReps OutEchos
Icmp: 30 0 12 20
Tcp: MaxConn OutSegs RetransSegs
Tcp: -1 5000 25
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors
Udp: 100 20 4 8 3
`,
  '/proc/thread-self/net/snmp6': `Ip6InReceives                   	100
Ip6ReasmReqds                   	2
Icmp6InMsgs                     	5
Icmp6OutEchos                   	3
Icmp6InEchoReplies              	2
Udp6InDatagrams                 	11
Udp6NoPorts                     	9
Udp6RcvbufErrors                	1
`,
  '/proc/thread-self/net/netstat':
    'TcpExt: TW TCPTimeWaitOverflow\nTcpExt: 1 42\nIpExt: InNoRoutes\nIpExt: 0\n',
  '/proc/thread-self/net/sockstat':
    'sockets: used 9\nTCP: inuse 4 orphan 0 tw 17 alloc 5 mem 1\nUDP: inuse 3 mem 2\n',
  '/proc/thread-self/net/stat/arp_cache': `entries  allocs   table_fulls
00000400 0000027d 00000002
00000400 00000001 0000000a
`,
  '/proc/thread-self/net/stat/nf_conntrack':
    'entries drop early_drop insert_failed\n00000010 00000002 0 0\n00000010 0000000f 0 0\n',
  '/proc/sys/net/ipv4/tcp_max_tw_buckets': '131072\n',
  '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
  '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '1024\n',
  '/proc/sys/net/netfilter/nf_conntrack_count': '16\n',
  '/proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
};

const read = (path: string) => FILES[path] ?? null;

/** The files, but for some; and those that were read. */
function figures(change: Record<string, string> = {}) {
  const asked: string[] = [];
  const found = new FigureReader().figures((path) => {
    asked.push(path.split('/').at(-1) ?? '');
    return change[path] ?? read(path);
  });
  return { ...found, asked };
}

test('the figures of a network namespace come from its files, of both families together', () => {
  const { asked: _, ...found } = figures();
  assert.deepEqual(found, {
    conntrack: { entries: 16, limit: 262144, refused: null },
    timeWait: null,
    neighbours: [{ family: 'IPv4', entries: 1024, limit: 1024, overflows: 12 }],
    received: 1000,
    tcp: { sent: 5000, sentAgain: 25 },
    udp: { received: 111, noPort: 29, noRoom: 4, sent: 8 },
    icmp: { came: 35, echoReplies: 14, echosSent: 23 },
    fragments: 9,
  });
  assert.deepEqual(portsOf(read), { first: 32768, last: 60999 });
});

test('what tables refuse is read where they are half full, and not before', () => {
  const files = ['snmp', 'snmp6', 'nf_conntrack_count', 'nf_conntrack_max', 'sockstat', 'tcp_max_tw_buckets'];
  const quiet = figures({
    '/proc/thread-self/net/stat/arp_cache': 'entries  table_fulls\n00000400 00000000\n',
  });
  assert.deepEqual(quiet.asked, [...files, 'arp_cache', 'ndisc_cache']);
  assert.deepEqual(quiet.neighbours, [{ family: 'IPv4', entries: 1024, limit: null, overflows: 0 }]);
  const { conntrack, timeWait } = figures({
    '/proc/sys/net/netfilter/nf_conntrack_max': '32\n',
    '/proc/sys/net/ipv4/tcp_max_tw_buckets': '34\n',
  });
  assert.deepEqual(conntrack, { entries: 16, limit: 32, refused: 17 });
  assert.deepEqual(timeWait, { entries: 17, limit: 34, overflows: 42 });
});

test('one reader reads namespaces that differ: columns are the same, lines need not be', () => {
  const reader = new FigureReader();
  const snmp = (text: string) => reader.figures((path) => (path.endsWith('/snmp') ? text : null));
  assert.equal(snmp('Udp: InDatagrams NoPorts\nUdp: 1 2\n').udp.noPort, 2);
  assert.equal(snmp('Icmp: InMsgs\nIcmp: 5\nUdp: InDatagrams NoPorts\nUdp: 10 20\n').udp.noPort, 20);
  assert.equal(snmp('').udp.noPort, 0);
});

test('what a kernel does not have is not known', () => {
  const { conntrack, timeWait, neighbours } = new FigureReader().figures(() => null);
  assert.deepEqual([conntrack, timeWait, neighbours, portsOf(() => null)], [null, null, [], null]);
});
