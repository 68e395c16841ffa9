import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRAFFIC_GROUPINGS, type TrafficGrouping, type TrafficRow } from '../../src/panes/traffic/row.ts';
import { connectNamespaces, createNamespace, ip } from './namespace.ts';
import { counter, inode, runIn } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { CLIENT, deviceCounts, makeRouter, minus, SERVER } from './router.ts';
import type { WireLine } from './rows.ts';
import { all, askTraffic, lineOf, openCapture, tick } from './traffic-rows.ts';
import { until } from './until.ts';
import { setTso, sumOf } from './wire-counts.ts';

const LINK = 14;
const IP = 20;

/** Sends packets of protocols that have no ports, and a frame that is none of IP, from a device of the namespace. */
const SEND_OTHERS = `
import socket, sys
target, device = sys.argv[1:3]
for protocol, size in ((132, 100), (50, 200), (47, 300)):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
    for _ in range(3):
        raw.sendto(b"x" * size, (target, 0))
frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
frames.bind((device, 0))
for _ in range(5):
    frames.send(b"\\x01\\x80\\xc2\\x00\\x00\\x0e" + b"\\x02" * 6 + b"\\x88\\xcc" + b"x" * 86)
`;

/** Devices that are made later look for no router and speak to no group by themselves. */
const QUIET = 'echo 0 > /proc/sys/net/ipv6/conf/default/router_solicitations';

/** The same both ways: it came in at one device and went out at the other. */
const passed = (packets: number, bytes: number): WireLine => ({
  receivePackets: packets,
  receiveBytes: bytes,
  transmitPackets: packets,
  transmitBytes: bytes,
});

test(
  'traffic of a router put together in every way has the sum of its devices; each row has what was sent',
  live(
    async (t) => {
      const { client, router, server } = makeRouter(t);
      const far = await startPeer(t, { within: server.within });
      const near = await startPeer(t, { within: client.within });
      const [tcp, udp] = [await far.ask('listen', SERVER), await far.ask('bindUdp', SERVER)];
      const capture = openCapture(t);
      const netns = `netns ${inode(router)} and not iface lo`;
      askTraffic(capture, netns, 'flow');
      const before = deviceCounts(router, 'left', 'right');
      const left = deviceCounts(router, 'left');
      await near.ask('connect', SERVER, tcp);
      await near.ask('send', 500_000);
      await near.ask('bindUdp', CLIENT);
      await near.ask('sendUdp', 10, 3000, SERVER, udp); // in three fragments each
      await near.ask('sendUdp', 1, 50, SERVER, 9); // nobody listens: an ICMP message comes back
      runIn(client, 'python3', '-c', SEND_OTHERS, SERVER, 'left');
      const due = await until('as the devices count', () => {
        tick(capture);
        const moved = minus(deviceCounts(router, 'left', 'right'), before);
        const isWhole = JSON.stringify(all(askTraffic(capture, netns, 'flow'))) === JSON.stringify(moved);
        return isWhole && moved.receiveBytes > 530_000 && moved;
      });
      const rows = new Map(TRAFFIC_GROUPINGS.map((by) => [by, askTraffic(capture, netns, by)]));
      for (const [by, found] of rows) assert.deepEqual(all(found), due, by);
      const find = (by: TrafficGrouping, is: (row: TrafficRow) => boolean) => {
        const found = rows.get(by)?.filter(is) ?? [];
        assert.equal(found.length, 1, `${by}: ${found.length} rows`);
        return lineOf(found[0] as TrafficRow);
      };
      const frames = (size: number) => passed(3, 3 * (LINK + IP + size));
      assert.deepEqual(
        find('protocol', ({ protocol }) => protocol === 'sctp'),
        frames(100),
      );
      assert.deepEqual(
        find('protocol', ({ protocol }) => protocol === 'esp'),
        frames(200),
      );
      assert.deepEqual(
        find('protocol', ({ protocol }) => protocol === 'gre'),
        frames(300),
      );
      const lldp = { receivePackets: 5, receiveBytes: 500, transmitPackets: 0, transmitBytes: 0 };
      assert.deepEqual(
        find('protocol', ({ protocol }) => protocol === 'lldp'),
        lldp,
      );
      // The first of each packet's three fragments has ports; behind the headers of IP and UDP are 3000 bytes.
      const whole = passed(30, 10 * (3 * (LINK + IP) + 8 + 3000));
      const first = passed(10, 10 * (LINK + 1500));
      assert.deepEqual(
        find('port', ({ protocol, remotePort }) => protocol === 'udp' && remotePort === null),
        {
          ...passed(20, whole.receiveBytes - first.receiveBytes),
        },
      );
      const ofUdp = (row: TrafficRow) =>
        row.protocol === 'udp' && [row.localPort, row.remotePort].includes(udp);
      assert.deepEqual(find('flow', ofUdp), first);
      const icmp = find('protocol', ({ protocol }) => protocol === 'icmp');
      assert.equal(icmp.receivePackets, counter(server, 'Icmp', 'OutMsgs'));
      assert.deepEqual([icmp.transmitPackets, icmp.transmitBytes], [icmp.receivePackets, icmp.receiveBytes]);
      const ofClient = find('host', ({ remoteAddress }) => remoteAddress === CLIENT);
      assert.deepEqual(sumOf([ofClient, lldp]), minus(deviceCounts(router, 'left'), left));
      assert.deepEqual(
        find('interface', (row) => row.interface === 'left'),
        sumOf([ofClient, lldp]),
      );
      assert.deepEqual(
        find('process', ({ cause }) => cause === 'unowned'),
        lldp,
      );
      assert.deepEqual(
        find('network', ({ network }) => network === '10.9.1.0/24'),
        ofClient,
      );
      const [wide, none, ...others] = askTraffic(capture, netns, 'network', { ip: 8, ip6: 0 });
      assert.deepEqual([wide?.network, none?.network, others.length], ['10.0.0.0/8', null, 0]);
      const ofPair = askTraffic(capture, `${netns} and host ${CLIENT}`, 'pair');
      assert.deepEqual(
        all(ofPair),
        find('pair', ({ localAddress }) => localAddress === CLIENT),
      );
      assert.deepEqual(all(askTraffic(capture, `${netns} and udp port ${udp}`, 'host')), first);
    },
    ['python3'],
  ),
);

test(
  'what a process sends and gets is its own, by IPv6 too, and the rest of the device is told apart',
  live(
    async (t) => {
      const [one, other] = [createNamespace(t), createNamespace(t)];
      for (const namespace of [one, other]) runIn(namespace, 'sh', '-c', QUIET);
      connectNamespaces(one, other);
      for (const [{ name }, n] of [[one, 1] as const, [other, 2] as const])
        ip('-n', name, 'address', 'add', `fd00::${n}/64`, 'dev', 'cable', 'nodad');
      for (const namespace of [one, other]) setTso(namespace, 'cable', false);
      const [near, far] = [
        await startPeer(t, { within: one.within }),
        await startPeer(t, { within: other.within }),
      ];
      const port = await far.ask('listen', 'fd00::2');
      const capture = openCapture(t);
      const filter = `netns ${inode(one)} and not iface lo`;
      askTraffic(capture, filter, 'flow');
      const before = deviceCounts(one, 'cable');
      await near.ask('connect', 'fd00::2', port);
      await near.ask('send', 300_000);
      const due = await until('as the device counts', () => {
        tick(capture);
        const moved = minus(deviceCounts(one, 'cable'), before);
        return (
          JSON.stringify(all(askTraffic(capture, filter, 'process'))) === JSON.stringify(moved) &&
          moved.transmitBytes > 300_000 &&
          moved
        );
      });
      const ofProcess = askTraffic(capture, filter, 'process').find(({ pid }) => pid === near.pid);
      const ofTcp = askTraffic(capture, filter, 'protocol').find(({ protocol }) => protocol === 'tcp');
      const host = askTraffic(capture, filter, 'host').find(
        ({ remoteAddress }) => remoteAddress === 'fd00::2',
      );
      assert.ok(ofProcess && ofTcp && host);
      assert.deepEqual(lineOf(ofProcess), lineOf(ofTcp));
      assert.deepEqual(all(askTraffic(capture, filter, 'host')), due);
      const [flow] = askTraffic(capture, `${filter} and tcp`, 'flow');
      assert.deepEqual(
        [flow?.localAddress, flow?.remoteAddress, flow?.remotePort, flow?.pid],
        ['fd00::1', 'fd00::2', port, near.pid],
      );
    },
    ['python3'],
  ),
);
