import assert from 'node:assert/strict';
import { test } from 'node:test';
import { netFigures } from '../../../src/capture/records/net-figures.ts';

/** As Linux 6.18 writes them, shortened. */
const FILES: Record<string, string> = {
  '/proc/thread-self/net/snmp': `Ip: Forwarding ReasmReqds
Ip: 1 7
Icmp: InMsgs InErrors InEchoReps OutEchos
Icmp: 30 0 12 20
Tcp: MaxConn OutSegs RetransSegs
Tcp: -1 5000 25
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors
Udp: 100 20 4 8 3
`,
  '/proc/thread-self/net/snmp6': `Ip6ReasmReqds                   	2
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

test('the figures of a network namespace come from its files, of both families together', () => {
  assert.deepEqual(
    netFigures((path) => FILES[path] ?? null),
    {
      conntrack: { entries: 16, limit: 262144, refused: 17 },
      ports: { first: 32768, last: 60999 },
      timeWait: { entries: 17, limit: 131072, overflows: 42 },
      neighbours: [{ family: 'IPv4', entries: 1024, limit: 1024, overflows: 12 }],
      tcp: { sent: 5000, sentAgain: 25 },
      udp: { received: 111, noPort: 29, noRoom: 4, sent: 8 },
      icmp: { came: 35, echoReplies: 14, echosSent: 23 },
      fragments: 9,
    },
  );
});

test('what a kernel does not have is not known', () => {
  const { conntrack, ports, timeWait, neighbours } = netFigures(() => null);
  assert.deepEqual([conntrack, ports, timeWait, neighbours], [null, null, null, []]);
});
