import type { Term } from './term.ts';
import { REQUESTS } from './words.ts';

const ASKED = ['requests'] as const;

/** Nanoseconds. */
const TIMES = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 } as const;
const HOUR = 3600 * TIMES.s;

/** Terms that ask of what programs say to each other; the kernel does not judge them. */
export const REQUEST_TERMS = [
  {
    kind: 'range',
    words: [],
    fields: ['request'],
    lacking: 'requests',
    largest: Math.max(...Object.values(REQUESTS)),
    names: REQUESTS,
    rows: ASKED,
    help: [
      [
        Object.keys(REQUESTS)
          .map((name) => `\`${name}\``)
          .join(' '),
        'requests of this protocol; `http` is HTTP/2 too',
      ],
    ],
  },
  {
    kind: 'text',
    words: ['method'],
    fields: ['method'],
    lacking: 'requests',
    match: 'pattern',
    rows: ASKED,
    help: [
      [
        '`method GET`',
        'method of an HTTP request, or type that DNS is asked for, such as `AAAA`; in any case',
      ],
    ],
  },
  {
    kind: 'text',
    words: ['url'],
    fields: ['url'],
    lacking: 'requests',
    match: 'part',
    rows: ASKED,
    help: [['`url "/api/"`', 'part of an HTTP request’s host and path, in any case']],
  },
  {
    kind: 'text',
    words: ['name'],
    fields: ['name'],
    lacking: 'requests',
    match: 'pattern',
    rows: ASKED,
    help: [
      [
        '`name *.example.com`',
        'the name that DNS is asked for, or the host of an HTTP request without its port; a pattern of the whole, in any case',
      ],
    ],
  },
  {
    kind: 'text',
    words: ['sni'],
    fields: ['serverName'],
    lacking: 'requests',
    match: 'pattern',
    rows: ASKED,
    help: [
      [
        '`sni *.example.com`',
        'the server’s name that a client of TLS asks for; a pattern of the whole, in any case',
      ],
    ],
  },
  {
    kind: 'range',
    words: ['status'],
    fields: ['status'],
    lacking: 'requests',
    smallest: 100,
    largest: 999,
    rows: ASKED,
    help: [['`status N`', 'status of an HTTP answer']],
  },
  {
    kind: 'text',
    words: ['rcode'],
    fields: ['rcode'],
    lacking: 'requests',
    match: 'pattern',
    rows: ASKED,
    help: [['`rcode NXDOMAIN`', 'code of a DNS answer']],
  },
  {
    kind: 'range',
    words: ['latency'],
    fields: ['latencyNs'],
    lacking: 'requests',
    smallest: 1,
    largest: HOUR,
    units: TIMES,
    rows: ASKED,
    help: [
      [
        '`latency > 100ms`',
        `from a request’s first byte to its answer’s first, in ${Object.keys(TIMES)
          .map((unit) => `\`${unit}\``)
          .join(' ')}`,
      ],
    ],
  },
] as const satisfies readonly Term[];
