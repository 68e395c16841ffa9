import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace, ip } from './namespace.ts';
import { inode, SIGN_PORT, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { EventLine } from './rows.ts';

const TAKEN = 4000;

/** As sockets.py tells of a call: bind() and listen() have an end here, the others there. */
function told(event: EventLine) {
  const { call, protocol, localAddress, localPort, remoteAddress, remotePort, error } = event;
  const isHere = call === 'bind' || call === 'listen';
  const end = isHere ? [localAddress, localPort] : [remoteAddress, remotePort];
  return [call, protocol, ...end, error];
}

test(
  'calls that fail before there is a connection: each with its ends, its process and its error',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const caller = startPythonWithin(t, namespace.within, 'failures', TAKEN);
      await caller.tells(0);
      const filter = ['--netns', namespace.name];
      const nettop = startNettop(t, ['connections', '--events', '--json', '--interval', '100ms', ...filter]);
      await showSign(namespace, () => nettop.events.length > 0);
      caller.goOn();
      const expected: unknown = await caller.tells(1);
      assert.ok(Array.isArray(expected));
      const failed = () =>
        nettop.events.filter(({ event, remotePort }) => event === 'failed' && remotePort !== SIGN_PORT);
      await nettop.until('all calls', () => failed().length >= expected.length);
      await nettop.end();
      assert.deepEqual(failed().map(told), expected);
      for (const { pid, process, netns } of failed())
        assert.deepEqual([pid, process, netns], [caller.pid, 'python3', inode(namespace)]);
      assert.deepEqual(
        failed().map(({ cause }) => cause),
        [
          ...Array(5).fill('failed'),
          ...Array(4).fill('unreachable'),
          'failed',
          ...Array(2).fill('refused'),
          'unreachable',
        ],
      );
    },
    ['python3'],
  ),
);

const PLACES = [
  ['unreachable', 'EHOSTUNREACH', '198.51.100.1', '2001:db8:1::1'],
  ['prohibit', 'EACCES', '203.0.113.1', '2001:db8:2::1'],
  ['blackhole', 'EINVAL', '10.9.9.9', '2001:db8:3::1'],
  ['none', 'ENETUNREACH', '192.0.2.1', '2001:db8:4::1'],
  ['throw', 'ENETUNREACH', '10.8.8.8', '2001:db8:5::1'],
] as const;

test(
  'routes that refuse, of IPv4 and IPv6, to TCP and UDP; a broadcast that is not allowed is not a route’s',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      for (const [type, , ...addresses] of PLACES.slice(0, 3))
        for (const address of addresses) ip('-n', namespace.name, 'route', 'add', type, address);
      for (const address of ['10.8.8.8', '2001:db8:5::1'])
        ip('-n', namespace.name, 'route', 'add', 'throw', address);
      ip('-n', namespace.name, 'route', 'add', 'broadcast', '192.0.2.255', 'dev', 'lo');
      const addresses = PLACES.flatMap(([, , ...two]) => two);
      const caller = startPythonWithin(t, namespace.within, 'unroutable', '192.0.2.255', ...addresses);
      await caller.tells(0);
      const filter = ['--netns', namespace.name];
      const nettop = startNettop(t, ['connections', '--events', '--json', '--interval', '100ms', ...filter]);
      await showSign(namespace, () => nettop.events.length > 0);
      caller.goOn();
      await caller.tells(1);
      const failed = () => nettop.events.filter(({ event, pid }) => event === 'failed' && pid === caller.pid);
      await nettop.until('all calls', () => failed().length >= 1 + 3 * addresses.length);
      await nettop.end();
      assert.deepEqual(
        failed().map(({ call, protocol, remoteAddress, cause, reason, route }) => {
          return [call, protocol, remoteAddress, cause, reason, route];
        }),
        [
          ['send', 'udp', '192.0.2.255', 'unreachable', 'EACCES', null],
          ...PLACES.flatMap(([type, error, ...two]) => {
            const reason = `${type === 'none' ? 'no' : type} route: ${error}`;
            const told = ['unreachable', reason, { type, inferred: true }];
            return two.flatMap((address) => [
              ['connect', 'tcp', address, ...told],
              ['connect', 'udp', address, ...told],
              ['send', 'udp', address, ...told],
            ]);
          }),
        ],
      );
    },
    ['python3'],
  ),
);
