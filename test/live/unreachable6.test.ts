import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ip, type Namespace } from './namespace.ts';
import { inode, runIn, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import { cabled, ends, FIRST, rules } from './unreachable.ts';

const [NEAR6, FAR6] = ['2001:db8:1::1', '2001:db8:1::2'];

/** The same cable with addresses of IPv6. */
function cabled6(t: TestContext): [near: Namespace, far: Namespace] {
  const [near, far] = cabled(t);
  runIn(far, 'sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1', 'net.ipv6.icmp.ratelimit=0');
  for (const [{ name }, address] of [[near, NEAR6] as const, [far, FAR6] as const])
    ip('-n', name, 'address', 'add', `${address}/64`, 'dev', 'cable', 'nodad');
  ip('-n', near.name, 'route', 'add', 'default', 'via', FAR6);
  return [near, far];
}

const REJECTED = [
  ['icmpv6 type no-route', 0, 'unreachable', 'ENETUNREACH', 'ICMPv6 no route'],
  ['icmpv6 type admin-prohibited', 1, 'unreachable', 'EACCES', 'ICMPv6 admin prohibited'],
  ['icmpv6 type addr-unreachable', 3, 'unreachable', 'EHOSTUNREACH', 'ICMPv6 address unreachable'],
  ['icmpv6 type port-unreachable', 4, 'refused', 'ECONNREFUSED', 'ICMPv6 port unreachable'],
] as const;

test(
  'a message of ICMPv6 that ended a connect() is named, with its code and sender: rules, routes, a neighbour',
  live(
    async (t) => {
      const [near, far] = cabled6(t);
      rules(
        far,
        'input',
        REJECTED.map(([message], nth) => `tcp dport ${FIRST + nth} reject with ${message}`),
      );
      rules(near, 'output', ['tcp dport 1010 reject with icmpv6 type admin-prohibited']);
      ip('-n', far.name, 'route', 'add', 'prohibit', '2001:db8:2::/48');
      const routed = [
        ['2001:db8:2::9', 1, 'EACCES', 'ICMPv6 admin prohibited'],
        ['2001:db8:3::9', 0, 'ENETUNREACH', 'ICMPv6 no route'],
      ] as const;
      const places = [
        ...REJECTED.map((_, nth) => [FAR6, FIRST + nth] as const),
        ...routed.map(([place]) => [place, FIRST] as const),
        [FAR6, 1010] as const,
        ['2001:db8:1::9', 1011] as const,
      ];
      const told = await ends(t, near, places);
      const message = (code: number, sender: string) => ({ protocol: 'icmp6', type: 1, code, sender });
      assert.deepEqual(
        told.map(({ cause, error, reason, icmp }) => [cause, error, reason, icmp]),
        [
          ...REJECTED.map(([, code, cause, error, reason]) => [cause, error, reason, message(code, FAR6)]),
          ...routed.map(([, code, error, reason]) => ['unreachable', error, reason, message(code, FAR6)]),
          [
            'unreachable',
            'EACCES',
            'rejected by a rule on this machine: ICMPv6 admin prohibited',
            message(1, NEAR6),
          ],
          [
            'unreachable',
            'EHOSTUNREACH',
            'neighbour not found: ICMPv6 address unreachable',
            message(3, NEAR6),
          ],
        ],
      );
    },
    ['python3', 'nft'],
  ),
);

test(
  'a message about what a connected UDP socket sent: at the call that returns its error',
  live(
    async (t) => {
      const [near, far] = cabled6(t);
      rules(far, 'input', [
        'udp dport 1001 reject with icmp type host-prohibited',
        'udp dport 1002 reject with icmp type port-unreachable',
        'udp dport 1003 reject with icmpv6 type admin-prohibited',
      ]);
      const far4 = '192.0.2.2';
      const places = [far4, 1001, far4, 1002, FAR6, 1003, FAR6, 1004];
      const caller = startPythonWithin(t, near.within, 'unheard', ...places);
      await caller.tells(0);
      const nettop = startNettop(t, ['connections', '--events', '--json', '--netns', near.name]);
      await showSign(near, () => nettop.events.length > 0);
      caller.goOn();
      await caller.tells(1);
      const failed = () => nettop.events.filter(({ event, pid }) => event === 'failed' && pid === caller.pid);
      await nettop.until('all calls', () => failed().length >= 4);
      await nettop.end();
      assert.deepEqual(
        failed().map(({ call, remoteAddress, remotePort, cause, error, reason, icmp, netns }) => {
          assert.equal(netns, inode(near));
          return [call, remoteAddress, remotePort, cause, error, reason, icmp];
        }),
        (
          [
            ['send', far4, 1001, 'unreachable', 'EHOSTUNREACH', 'ICMP host prohibited', 'icmp', 3, 10],
            ['receive', far4, 1002, 'refused', 'ECONNREFUSED', 'ICMP port unreachable', 'icmp', 3, 3],
            ['send', FAR6, 1003, 'unreachable', 'EACCES', 'ICMPv6 admin prohibited', 'icmp6', 1, 1],
            ['receive', FAR6, 1004, 'refused', 'ECONNREFUSED', 'ICMPv6 port unreachable', 'icmp6', 1, 4],
          ] as const
        ).map(([call, sender, port, cause, error, reason, protocol, type, code]) => {
          return [call, sender, port, cause, error, reason, { protocol, type, code, sender }];
        }),
      );
    },
    ['python3', 'nft'],
  ),
);
