import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ip } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import { captureHeaders } from './tshark.ts';
import { cabled, ends, FAR, FIRST, rules, STATION } from './unreachable.ts';

const REJECTED = [
  ['icmp type net-unreachable', 'unreachable', 'ENETUNREACH', 'ICMP net unreachable'],
  ['icmp type host-unreachable', 'unreachable', 'EHOSTUNREACH', 'ICMP host unreachable'],
  ['icmp type prot-unreachable', 'unreachable', 'ENOPROTOOPT', 'ICMP protocol unreachable'],
  ['icmp type port-unreachable', 'refused', 'ECONNREFUSED', 'ICMP port unreachable'],
  ['icmp type net-prohibited', 'unreachable', 'ENETUNREACH', 'ICMP net prohibited'],
  ['icmp type host-prohibited', 'unreachable', 'EHOSTUNREACH', 'ICMP host prohibited'],
  ['icmp type admin-prohibited', 'unreachable', 'EHOSTUNREACH', 'ICMP admin prohibited'],
] as const;

test(
  'every message that nftables rejects with is named, with its sender, as tshark reads it',
  live(
    async (t) => {
      const [near, far] = cabled(t);
      rules(
        far,
        'input',
        REJECTED.map(([message], nth) => `tcp dport ${FIRST + nth} reject with ${message}`),
      );
      const mark = startPythonWithin(t, far.within, 'marked', '192.0.2.1', 9, 0);
      await mark.tells(0);
      const captured = await captureHeaders(t, near, 'cable', STATION);
      const places = REJECTED.map((_, nth) => [FAR, FIRST + nth] as const);
      const told = await ends(t, near, places);
      assert.deepEqual(
        told.map(({ cause, error, reason, resetBy }) => [cause, error, reason, resetBy]),
        REJECTED.map(([, cause, error, reason]) => [cause, error, reason, null]),
      );
      mark.goOn();
      const messages = (await captured('nettop')).filter(
        ({ protocol, icmp }) => protocol.startsWith('icmp') && icmp && icmp.type < 128,
      );
      const read = messages.map(({ protocol, source, icmp }) => {
        return { protocol, type: icmp?.type, code: icmp?.code, sender: source };
      });
      // one that comes while connect() holds the socket does not end it: the SYN is retransmitted
      const distinct = new Map(read.map((message) => [`${message.protocol} ${message.code}`, message]));
      assert.deepEqual(
        told.map(({ icmp }) => icmp),
        [...distinct.values()],
      );
    },
    ['python3', 'nft', 'tcpdump', 'tshark'],
  ),
);

test(
  'what a router answers: no route, a route that rejects, time exceeded',
  live(
    async (t) => {
      const [near, far] = cabled(t);
      ip('-n', near.name, 'route', 'add', 'default', 'via', FAR);
      ip('-n', near.name, 'route', 'add', '198.51.100.128/25', 'via', FAR, 'hoplimit', '1');
      ip('-n', far.name, 'route', 'add', '198.51.100.128/25', 'dev', 'cable');
      ip('-n', far.name, 'route', 'add', 'prohibit', '203.0.113.0/24');
      ip('-n', far.name, 'route', 'add', 'unreachable', '198.51.100.0/25');
      const expected = [
        ['10.9.9.9', 'ICMP net unreachable'],
        ['203.0.113.9', 'ICMP admin prohibited'],
        ['198.51.100.9', 'ICMP host unreachable'],
        ['198.51.100.130', 'ICMP time exceeded in transit'],
      ] as const;
      const told = await ends(
        t,
        near,
        expected.map(([place], nth) => [place, FIRST + nth]),
      );
      assert.deepEqual(
        told.map(({ reason, icmp }) => [reason, icmp?.sender]),
        expected.map(([, reason]) => [reason, FAR]),
      );
    },
    ['python3'],
  ),
);

test(
  'what this machine does to its own packets: rules, and a neighbour that is not there',
  live(
    async (t) => {
      const [near] = cabled(t);
      rules(near, 'output', [
        'tcp dport 1001 reject with icmp type host-prohibited',
        'tcp dport 1003 reject with tcp reset',
      ]);
      const places = [
        [FAR, 1001],
        [FAR, 1003],
        ['192.0.2.9', 1004],
      ] as const;
      const told = await ends(t, near, places, ({ ending }) => ending?.drop != null);
      const netns = inode(near);
      assert.deepEqual(
        told.map(({ cause, reason, resetBy, icmp, drop }) => [
          cause,
          reason,
          resetBy,
          icmp?.sender,
          drop?.reason,
          drop?.netns === netns,
        ]),
        [
          [
            'unreachable',
            'rejected by a rule on this machine: ICMP host prohibited',
            null,
            '192.0.2.1',
            'NETFILTER_DROP',
            true,
          ],
          ['refused', 'rejected by a rule on this machine', 'this end', undefined, 'NETFILTER_DROP', true],
          [
            'unreachable',
            'neighbour not found: ICMP host unreachable',
            null,
            '192.0.2.1',
            'NEIGH_FAILED',
            true,
          ],
        ],
      );
    },
    ['python3', 'nft'],
  ),
);
