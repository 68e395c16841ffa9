import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { PacketLine } from './rows.ts';
import { seenAt, startTrace } from './tracing.ts';
import { until } from './until.ts';

/** What `ip` says of a device. */
interface Device {
  ifname: string;
  address: string;
  linkinfo?: { info_data?: { id?: number } };
}

function device({ name }: Namespace, of: string): Device {
  const [found] = JSON.parse(ip('-n', name, '-d', '-j', 'link', 'show', of)) as Device[];
  return found ?? assert.fail(`no ${of}`);
}

/** Two namespaces with a cable, and a tunnel through it: 10.9.0.1 and 10.9.0.2. */
function connectByTunnel(t: TestContext): [Namespace, Namespace] {
  const ends: [Namespace, Namespace] = [createNamespace(t), createNamespace(t)];
  connectNamespaces(...ends);
  ends.forEach(({ name }, index) => {
    const there = `192.0.2.${2 - index}`;
    const tunnel = ['type', 'vxlan', 'id', '42', 'dstport', '4789', 'remote', there, 'dev', 'cable'];
    ip('-n', name, 'link', 'add', 'tunnel', ...tunnel);
    ip('-n', name, 'address', 'add', `10.9.0.${index + 1}/24`, 'dev', 'tunnel');
    ip('-n', name, 'link', 'set', 'tunnel', 'up');
  });
  return ends;
}

const ends = ({
  source,
  sourcePort,
  destination,
  destinationPort,
}: PacketLine | NonNullable<PacketLine['inner']>) =>
  `${source}:${sourcePort} ${destination}:${destinationPort}`;

test(
  'a datagram through a VXLAN device: its tunnel as ip tells it, and itself before and behind it',
  live(async (t) => {
    const [one, other] = connectByTunnel(t);
    const sender = await startPeer(t, { within: one.within, name: 'nt-sender' });
    const receiver = await startPeer(t, { within: other.within });
    const port = await receiver.ask('bindUdp', '10.9.0.2');
    const local = await sender.ask('bindUdp', '10.9.0.1');
    const filter = `port ${port} or (udp and dst port 4789 and len = 528)`;
    const probe = () => sender.ask('sendUdp', 1, 10, '10.9.0.2', port);
    const nettop = await startTrace(t, [filter, '--rate-limit', '0'], probe);
    await sender.ask('sendUdp', 1, 450, '10.9.0.2', port);
    const here = (name: string, device: string, space: Namespace, length: number): PacketLine[] =>
      seenAt(nettop.packets, name).filter(
        (packet) =>
          packet.netnsName === space.name && packet.interface === device && packet.length === length,
      );
    const [cable, tunnel] = [device(one, 'cable'), device(one, 'tunnel')];
    const arrived = device(other, 'tunnel');
    await until('it has arrived', () => here('netif_receive_skb', arrived.ifname, other, 478).length > 0);
    await nettop.end();

    const flow = `10.9.0.1:${local} 10.9.0.2:${port}`;
    const [sent] = here('__dev_queue_xmit', tunnel.ifname, one, 478);
    assert.deepEqual(
      [sent?.inner, sent && ends(sent), sent?.pid, sent?.process, sent?.currentPid, sent?.currentProcess],
      [null, flow, sender.pid, 'nt-sender', sender.pid, 'nt-sender'],
    );
    const [carried] = here('__dev_queue_xmit', cable.ifname, one, 528);
    const { inner } = carried ?? {};
    assert.deepEqual(
      [inner?.tunnel, inner?.id, inner?.protocol, inner && ends(inner), carried?.destinationMac],
      ['vxlan', tunnel.linkinfo?.info_data?.id, 'udp', flow, device(other, 'cable').address],
    );
    const [received] = here('netif_receive_skb', arrived.ifname, other, 478);
    assert.deepEqual(
      [received?.inner, received && ends(received), received?.destinationMac],
      [null, flow, arrived.address],
    );
  }),
);
