import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFilter } from '../../src/filter/format.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { NAMES, newSeed, randomExpression, seeded } from '../fixtures/filter-random.ts';

/** Typed text, and the canonical text of what it means. */
const MEANINGS: [string, string][] = [
  ['tcp and port 443 and not host 10.0.0.0/8', 'tcp and port 443 and not host 10.0.0.0/8'],
  ['TCP && ! UDP || Icmp', 'tcp and not udp or icmp'],
  ['icmp6 or ip or ip6', 'icmp6 or ip or ip6'],
  ['proto 6 or proto UDP or proto 132', 'tcp or udp or proto 132'],
  // "and" binds tighter than "or"; both group to the left.
  ['udp or tcp and 443', 'udp or tcp and port 443'],
  ['(udp or tcp) and 443', '(udp or tcp) and port 443'],
  ['not (tcp)and(udp)', 'not tcp and udp'],
  ['not (tcp and udp)', 'not (tcp and udp)'],
  ['not not tcp', 'not not tcp'],
  ['!!tcp', 'not not tcp'],
  ['tcp or (udp or icmp)', 'tcp or (udp or icmp)'],
  ['((tcp or udp) or icmp)', 'tcp or udp or icmp'],
  // Addresses.
  ['host 10.1.2.3', 'host 10.1.2.3'],
  ['src host 10.1.2.3/8', 'src host 10.0.0.0/8'],
  ['dst net 2001:DB8::1/32', 'dst host 2001:db8::/32'],
  ['src 1.2.3.4', 'src host 1.2.3.4'],
  ['dst ::1', 'dst host ::1'],
  ['host ::ffff:10.0.0.1', 'host 10.0.0.1'],
  ['net ::ffff:10.0.0.1/104', 'host 10.0.0.0/8'],
  ['net 0.0.0.0/0 or ::/0', 'host 0.0.0.0/0 or host ::/0'],
  // Ends as the screen prints them.
  ['10.0.0.1:80', 'src host 10.0.0.1 and src port 80 or dst host 10.0.0.1 and dst port 80'],
  ['src [2001:db8::1]:443', 'src host 2001:db8::1 and src port 443'],
  ['host [::1]', 'host ::1'],
  ['[fe80::1%eth0]', 'host fe80::1 and iface eth0'],
  ['dst fe80::1%eth0', 'dst host fe80::1 and iface eth0'],
  ['0.0.0.0:68 or [::]:22', 'src port 68 or dst port 68 or (src port 22 or dst port 22)'],
  ['10.0.0.1 -> 10.0.0.2', 'src host 10.0.0.1 and dst host 10.0.0.2'],
  ['udp 0.0.0.0:68 → 10.0.0.2:67', 'udp and (src port 68 and (dst host 10.0.0.2 and dst port 67))'],
  [
    'tcp 10.0.0.1:80 ⇄ [::1]:443',
    'tcp and (src host 10.0.0.1 and src port 80 and (dst host ::1 and dst port 443) or ' +
      'src host ::1 and src port 443 and (dst host 10.0.0.1 and dst port 80))',
  ],
  [
    '10.0.0.1 <-> 10.0.0.2',
    'src host 10.0.0.1 and dst host 10.0.0.2 or src host 10.0.0.2 and dst host 10.0.0.1',
  ],
  // A protocol before a term, as tcpdump has it.
  ['udp port 53', 'udp and port 53'],
  ['not tcp port 80 or 443', 'not (tcp and port 80) or tcp and port 443'],
  ['tcp src port 80 and 443', 'tcp and src port 80 and port 443'],
  // Ports and lengths.
  ['src port 0', 'src port 0'],
  ['portrange 8000-8080', 'portrange 8000-8080'],
  ['dst portrange 1-65535', 'dst port >= 1'],
  ['port > 1024', 'port >= 1025'],
  ['port>=1024 and port<2000', 'port >= 1024 and port <= 1999'],
  ['port == 80 or port = 81', 'port 80 or port 81'],
  ['port != 80', 'not port 80'],
  ['not src port != 80', 'not not src port 80'],
  ['len >= 1000', 'len >= 1000'],
  ['len 60 or len < 60', 'len 60 or len <= 59'],
  // The other numbers.
  ['pid > 1000 and pid != 1234', 'pid >= 1001 and not pid 1234'],
  ['pid <= 4194304 or pid >= 0', 'pid >= 1 or pid >= 0'],
  ['icmpid 7 or 8', 'icmpid 7 or icmpid 8'],
  ['icmpid < 10', 'icmpid <= 9'],
  ['netns != 4026531840', 'not netns 4026531840'],
  // A bare value after "or" keeps the qualifier before it.
  ['port 80 or 443', 'port 80 or port 443'],
  ['src port 80 or 443 or not 8080', 'src port 80 or src port 443 or not src port 8080'],
  ['src port 80 and 443', 'src port 80 and port 443'],
  ['src port 80 or (443)', 'src port 80 or port 443'],
  ['src port > 80 or 443', 'src port >= 81 or port 443'],
  ['pid 12 or 13', 'pid 12 or pid 13'],
  ['proto 47 or 50', 'proto 47 or proto 50'],
  ['dst 10.0.0.1 or 10.0.0.2 or 443', 'dst host 10.0.0.1 or dst host 10.0.0.2 or port 443'],
  ['iface eth0 or lo or 443', 'iface eth0 or iface lo or port 443'],
  ['iface eth0 and lo', 'iface eth0 and process lo'],
  // The rest.
  ['process nginx', 'process nginx'],
  ['comm "Web Content"', 'process "Web Content"'],
  ['process "a \\"b\\" \\\\ c"', 'process "a \\"b\\" \\\\ c"'],
  ['process tcp', 'process tcp'],
  ['process "and"', 'process "and"'],
  ['iface wg-home', 'iface wg-home'],
  ['netns 4026531840', 'netns 4026531840'],
  ['flags(syn|RST)', 'flags(syn|rst)'],
  ['flags ( cwr | fin )', 'flags(fin|cwr)'],
  // Drops.
  ['DROP and Reason no_socket', 'drop and reason no_socket'],
  ['reason NETFILTER* or TCP_? or 02', 'reason NETFILTER* or reason TCP_? or reason 2'],
  ['not drop', 'not drop'],
  ['process drop', 'process drop'],
  // Bare values.
  ['443', 'port 443'],
  ['8000-8080', 'portrange 8000-8080'],
  ['10.0.0.1', 'host 10.0.0.1'],
  ['10.0.0.0/8', 'host 10.0.0.0/8'],
  ['fe80::/10', 'host fe80::/10'],
  ['nginx', 'process nginx'],
  ['"tcp"', 'process tcp'],
  ['"443"', 'process 443'],
  ['kworker/0:1', 'process kworker/0:1'],
  ['7zip', 'process 7zip'],
  ['日本', 'process 日本'],
  ['\ttcp\n', 'tcp'],
];

test('what a filter means', () => {
  const names = { ...NAMES, dropReasons: () => [3] };
  const meant = MEANINGS.map(([text]) => [text, formatFilter(parseFilter(text, names) ?? assert.fail(text))]);
  assert.deepEqual(meant, MEANINGS);
});

test('a network namespace by name or path', () => {
  const inodes = new Map([
    ['blue', 4_026_532_001],
    ['/proc/7/ns/net', 4_026_532_002],
    ['a b', 4_026_532_003],
  ]);
  const names = { ...NAMES, netns: (name: string) => inodes.get(name) ?? null };
  const meant = (text: string): string => formatFilter(parseFilter(text, names) ?? assert.fail(text));
  assert.deepEqual(
    ['netns blue or /proc/7/ns/net or 5', 'netns != blue', 'netns "a b"', 'iface blue'].map(meant),
    [
      'netns 4026532001 or netns 4026532002 or netns 5',
      'not netns 4026532001',
      'netns 4026532003',
      'iface blue',
    ],
  );
});

test('a drop reason stands for the numbers that the kernel has for it', () => {
  assert.deepEqual(
    ['reason TCP_*', 'reason 65537'].map((text) => parseFilter(text, NAMES)),
    [
      { kind: 'among', fields: ['reason'], written: 'TCP_*', numbers: [6, 5, 65537] },
      { kind: 'among', fields: ['reason'], written: '65537', numbers: [65537] },
    ],
  );
});

test('the tree of a filter', () => {
  assert.deepEqual(parseFilter('tcp and not src 10.0.0.0/8 or flags(syn)'), {
    kind: 'or',
    left: {
      kind: 'and',
      left: { kind: 'range', fields: ['protocol'], low: 6, high: 6 },
      right: {
        kind: 'not',
        operand: { kind: 'network', fields: ['source'], address: [0, 0, 0xffff, 0x0a000000], prefix: 104 },
      },
    },
    right: { kind: 'bits', fields: ['flags'], mask: 2 },
  });
});

test('blank text is no filter', () => {
  assert.deepEqual(
    ['', ' ', '\t\n '].map((text) => parseFilter(text)),
    [null, null, null],
  );
});

test('only nesting is bounded, not the number of terms', () => {
  const terms = new Array<string>(70).fill('not (tcp)').join(' and ');
  assert.equal(formatFilter(parseFilter(terms) ?? assert.fail()), terms.replaceAll('(tcp)', 'tcp'));
});

test('a filter that is written and read again is the same', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 3000; round += 1) {
    const expression = randomExpression(random, 1 + random(8));
    const text = formatFilter(expression);
    assert.deepEqual(parseFilter(text, NAMES), expression, text);
  }
});
