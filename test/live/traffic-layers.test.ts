import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrafficGrouping } from '../../src/panes/traffic/row.ts';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { deviceCounts, minus } from './router.ts';
import { all, askTraffic, openCapture, tick } from './traffic-rows.ts';
import { until } from './until.ts';
import { setTso, sumOf, withoutIpv6 } from './wire-counts.ts';

const DEVICES = ['cable', 'bridge', 'tunnel'] as const;

/** In the first namespace a bridge that has the cable as its port, and from one to the other a tunnel. */
function lay(one: Namespace, other: Namespace): void {
  ip('-n', one.name, 'link', 'add', 'bridge', 'type', 'bridge');
  ip('-n', one.name, 'address', 'flush', 'dev', 'cable');
  ip('-n', one.name, 'link', 'set', 'cable', 'master', 'bridge');
  ip('-n', one.name, 'address', 'add', '192.0.2.1/24', 'dev', 'bridge');
  ip('-n', one.name, 'link', 'set', 'bridge', 'up');
  const ends = [one, other].map(({ name }, n) => ({
    name,
    n: n + 1,
    local: `192.0.2.${n + 1}`,
    remote: `192.0.2.${2 - n}`,
  }));
  for (const { name, n, local, remote } of ends) {
    const where = ['id', '7', 'local', local, 'remote', remote, 'dstport', '4789'];
    ip('-n', name, 'link', 'add', 'tunnel', 'type', 'vxlan', ...where);
    ip('-n', name, 'address', 'add', `10.9.8.${n}/24`, 'dev', 'tunnel');
    ip('-n', name, 'link', 'set', 'tunnel', 'up');
  }
}

test(
  'a tunnel over a bridge over a cable: each counts as a device, once in all other rows, and alone where it is chosen',
  live(
    async (t) => {
      const [one, other] = [createNamespace(t), createNamespace(t)];
      for (const namespace of [one, other]) withoutIpv6(namespace);
      connectNamespaces(one, other);
      for (const namespace of [one, other]) setTso(namespace, 'cable', false);
      lay(one, other);
      const near = await startPeer(t, { within: one.within });
      const far = await startPeer(t, { within: other.within });
      const port = await far.ask('listen', '10.9.8.2');
      const capture = openCapture(t);
      const filter = `netns ${inode(one)} and not iface lo`; // messages of ICMP to itself
      askTraffic(capture, filter, 'flow');
      const before = deviceCounts(one, 'cable');
      await near.ask('connect', '10.9.8.2', port);
      await near.ask('send', 200_000);
      const ask = (by: TrafficGrouping, more = '') => askTraffic(capture, `${filter}${more}`, by);
      const due = await until('as the cable counts', () => {
        tick(capture);
        const moved = minus(deviceCounts(one, 'cable'), before);
        const isWhole = JSON.stringify(all(ask('flow'))) === JSON.stringify(moved);
        return isWhole && moved.transmitBytes > 200_000 && moved;
      });
      const parts = DEVICES.map((device) => all(ask('interface', ` and iface ${device}`)));
      assert.ok(parts.every(({ transmitBytes }) => transmitBytes > 200_000));
      assert.deepEqual(all(ask('interface')), sumOf(parts));
      for (const by of ['flow', 'pair', 'host', 'network', 'port', 'protocol', 'process'] as const) {
        assert.deepEqual(all(ask(by)), due, by);
        DEVICES.forEach((device, n) => {
          assert.deepEqual(all(ask(by, ` and iface ${device}`)), parts[n], `${by} at ${device}`);
        });
      }
      const pairOf = (more = '') => ask('pair', more).map((row) => [row.localAddress, row.remoteAddress]);
      assert.deepEqual(pairOf(' and udp'), [['192.0.2.1', '192.0.2.2']]);
      assert.deepEqual(pairOf(' and tcp'), []);
      assert.deepEqual(pairOf(' and tcp and iface tunnel'), [['10.9.8.1', '10.9.8.2']]);
      const [flow, ...others] = ask('flow', ' and tcp and iface tunnel');
      assert.deepEqual([flow?.pid, flow?.remotePort, others.length], [near.pid, port, 0]);
    },
    ['python3'],
  ),
);
