import { MACHINE_TERM } from './machine-term.ts';
import { REQUEST_TERMS } from './request-terms.ts';
import type { Term } from './term.ts';
import { interfaceOf, netnsOf, reasonOf } from './value.ts';
import { LARGEST_PORT, LARGEST_WORD, PROTOCOLS, TCP_FLAGS, type Words } from './words.ts';

const EVERYWHERE = ['packets', 'sockets', 'requests', 'traffic'] as const;
/** Services have no addresses: what is counted of them is of all their clients. */
const ALL = [...EVERYWHERE, 'services'] as const;
const PACKETS = ['packets'] as const;
/** Rows of a fleet. */
const OF_HOSTS = [
  'hosts',
  'processes of hosts',
  'drops of hosts',
  'listeners of hosts',
  'alerts of hosts',
] as const;

/**
 * The terms of a filter. Parser, evaluator, the kernel's table, formatting, help, documentation and the random
 * filters of the tests follow from it: a new term is one entry.
 */
export const TERMS = [
  {
    kind: 'range',
    words: ['proto'],
    fields: ['protocol'],
    kernel: ['protocol'],
    largest: 255,
    names: PROTOCOLS,
    rows: ALL,
    help: [['`tcp` `udp` `icmp` `icmp6`, `proto NAME`, `proto NUMBER`', 'protocol']],
  },
  {
    kind: 'range',
    words: [],
    fields: ['family'],
    kernel: ['family'],
    largest: 6,
    names: { ip: 4, ip6: 6 },
    rows: EVERYWHERE,
    help: [['`ip` `ip6`', 'IPv4, IPv6']],
  },
  {
    kind: 'network',
    words: ['host', 'net'],
    netWord: 'net',
    fields: ['source', 'destination'],
    kernel: ['source', 'destination'],
    rows: EVERYWHERE,
    help: [
      [
        '`host ADDRESS`, `host ADDRESS/LENGTH`, `net ADDRESS/LENGTH`',
        'either end; with `src` or `dst` before it, one end',
      ],
      [
        '`10.0.0.1:80`, `[::1]:443`, `fe80::1%eth0`',
        'an address with its port, at the same end, or with its interface: what the screen prints can be pasted. ' +
          'An address of all zeros leaves the port alone',
      ],
      [
        '`END → END`, `END ⇄ END`',
        'from one end to the other, and both ways: `tcp 10.0.0.1:5000 ⇄ 10.0.0.2:80`; on a keyboard `->` and `<->`',
      ],
    ],
  },
  {
    kind: 'text',
    words: [],
    instead: 'host',
    fields: ['sourceName', 'destinationName'],
    lacking: 'names of hosts',
    match: 'pattern',
    rows: ['sockets', 'requests'],
    help: [
      [
        '`host NAME`, `NAME:80`',
        'the name by which a far end was asked for, and that of the host of a request; a pattern of the whole such as `*.example.com`, in any case',
      ],
    ],
  },
  {
    kind: 'range',
    words: ['port', 'portrange'],
    rangeWord: 'portrange',
    fields: ['sourcePort', 'destinationPort'],
    kernel: ['sourcePort', 'destinationPort'],
    smallest: 1,
    largest: LARGEST_PORT,
    rows: [...ALL, 'listeners of hosts'],
    help: [['`port N`, `portrange A-B`', 'either end; with `src` or `dst` before it, one end']],
  },
  {
    kind: 'range',
    words: ['len'],
    fields: ['length'],
    kernel: ['length'],
    smallest: 0,
    largest: LARGEST_WORD,
    rows: PACKETS,
    help: [['`len N`', 'IP total length in bytes']],
  },
  {
    kind: 'range',
    words: ['icmpid'],
    fields: ['icmpId'],
    kernel: ['icmpId'],
    smallest: 1,
    largest: 65_535,
    rows: PACKETS,
    help: [['`icmpid N`', 'identifier of an ICMP echo: `ping` has one for each run']],
  },
  {
    kind: 'bits',
    words: ['flags'],
    fields: ['flags'],
    kernel: ['tcpFlags'],
    bits: TCP_FLAGS,
    rows: PACKETS,
    help: [
      [
        '`flags(syn\\|rst)`',
        `any of these TCP flags: ${Object.keys(TCP_FLAGS)
          .map((name) => `\`${name}\``)
          .join(' ')}`,
      ],
    ],
  },
  {
    kind: 'range',
    words: ['pid'],
    fields: ['pid'],
    kernel: ['pid'],
    smallest: 1,
    largest: 4_194_304, // PID_MAX_LIMIT
    rows: ALL,
    help: [['`pid N`', 'owner of the socket']],
  },
  {
    kind: 'text',
    words: ['process', 'comm'],
    fields: ['process'],
    lacking: 'process names',
    match: 'part',
    rows: [...ALL, 'processes of hosts', 'listeners of hosts'],
    help: [
      [
        '`process NAME`',
        'the same by name: `NAME` is a part of it, in any case, in double quotes if it has spaces',
      ],
    ],
  },
  {
    kind: 'text',
    words: ['iface'],
    fields: ['interface'],
    kernel: ['interface'],
    match: 'whole',
    read: interfaceOf,
    // a socket that is bound to none may use any
    rows: ['packets', 'traffic'],
    help: [['`iface NAME`', 'interface']],
  },
  {
    kind: 'range',
    words: ['netns'],
    fields: ['netns'],
    kernel: ['netns'],
    smallest: 1,
    largest: LARGEST_WORD,
    read: netnsOf,
    rows: ALL,
    help: [
      [
        '`netns INODE`, `netns NAME`, `netns PATH`',
        'network namespace; `NAME` as `ip netns` lists it, `PATH` such as `/proc/1/ns/net`',
      ],
    ],
  },
  MACHINE_TERM,
  {
    kind: 'truth',
    words: ['drop'],
    fields: ['dropped'],
    kernel: ['dropped'],
    rows: PACKETS,
    help: [['`drop`', 'the kernel drops the packet here']],
  },
  {
    kind: 'among',
    words: ['reason'],
    fields: ['reason'],
    kernel: ['dropReason'],
    read: reasonOf,
    rows: [...PACKETS, 'drops of hosts'],
    help: [
      [
        '`reason NAME`, `reason N`',
        'why, by the running kernel’s names or numbers: `NO_SOCKET`, with patterns `NETFILTER*`, in any case',
      ],
    ],
  },
  {
    kind: 'text',
    words: ['instance'],
    fields: ['instance'],
    lacking: 'machines of a fleet',
    match: 'pattern',
    rows: OF_HOSTS,
    help: [
      [
        '`instance web-*`',
        'a machine of `nettop fleet`, by the label that tells them apart; a pattern of the whole, in any case',
      ],
    ],
  },
  ...REQUEST_TERMS,
] as const satisfies readonly Term[];

type Entry = (typeof TERMS)[number];

export type FieldName = Entry['fields'][number];

interface Values {
  range: number;
  network: Words;
  text: string | null;
  bits: number;
  truth: boolean;
  among: number;
}

/**
 * What a filter is asked about, such as a packet, a connection, a process or a request. What is undefined does not apply to
 * it; what applies but is absent is 0, as in the kernel (the ports of ICMP, an unknown pid), or null.
 */
export type Subject = {
  [E in Entry as E['fields'][number]]?: Values[E['kind']] | undefined;
};
