import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createNamespace, ip, type Namespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live, type Nettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import type { InterfaceLine, ProcessLine, WireLine } from './rows.ts';
import { cable, counts, lastLine, startWire, whole, withoutIpv6 } from './wire-counts.ts';

const SIZE = 1_000_000;
const NOTHING: WireLine = { receivePackets: 0, receiveBytes: 0, transmitPackets: 0, transmitBytes: 0 };

/** Namespaces whose devices say nothing by themselves. */
function quiet(t: TestContext, count: number): Namespace[] {
  const made = Array.from({ length: count }, () => createNamespace(t));
  for (const namespace of made) withoutIpv6(namespace);
  return made;
}

/** The last line of a process, or of traffic without one. */
function movedBy({ processes }: Nettop, who: number | string): ProcessLine['wire'] {
  return processes.findLast(({ pid, process }) => who === (pid ?? process))?.wire ?? null;
}

/** As the device counts, and all of it somebody's. */
function assertWhole(line: InterfaceLine): void {
  assert.deepEqual(line.device, counts(line.buffers));
  assert.deepEqual(whole(line), counts(line));
}

test(
  'a router: what it forwards, with masquerading, beside a listener of its own at the same port',
  live(
    async (t) => {
      const [client, router, server] = quiet(t, 3) as [Namespace, Namespace, Namespace];
      cable(client, router, 'in', 1);
      cable(router, server, 'out', 2);
      ip('-n', client.name, 'route', 'add', 'default', 'via', '10.9.1.2');
      runIn(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
      runIn(router, 'nft', 'table ip t { chain c { type nat hook postrouting priority 100; }; }');
      runIn(router, 'nft', 'add rule ip t c oifname out masquerade');
      const far = await startPeer(t, { within: server.within });
      const port = await far.ask('listen', '10.9.2.2');
      await startPythonWithin(t, router.within, 'hear', '0.0.0.0', port).tells(0);
      const near = await startPeer(t, { within: client.within });
      const nettop = await startWire(t, router);
      await near.ask('connect', '10.9.2.2', port);
      await near.ask('send', SIZE);
      await nettop.until('all bytes', () => movedBy(nettop, far.pid)?.receiveBytes ?? 0 > SIZE);
      await nettop.end();
      const [incoming, outgoing] = ['in', 'out'].map((name) => lastLine(nettop, name, inode(router))) as [
        InterfaceLine,
        InterfaceLine,
      ];
      for (const line of [incoming, outgoing]) {
        assertWhole(line);
        assert.deepEqual([line.attributed, line.closed, line.other], [NOTHING, NOTHING, NOTHING]);
        assert.equal(line.forwarded.receivePackets > 10 && line.forwarded.transmitPackets > 10, true);
        assert.equal(line.kernel.receiveBytes, 42 * line.kernel.receivePackets); // ARP
      }
      assert.deepEqual(
        [incoming.forwarded.receiveBytes, incoming.forwarded.transmitBytes],
        [outgoing.forwarded.transmitBytes, outgoing.forwarded.receiveBytes],
      );
    },
    ['nft', 'python3'],
  ),
);

/** They know each other's stations and need not ask: a broadcast is both forwarded and the host's own. */
function acquaint(...stations: [Namespace, string][]): void {
  const address = (n: number) => `02:00:00:00:03:0${n + 1}`;
  stations.forEach(([{ name }, device], n) => {
    ip('-n', name, 'link', 'set', device, 'address', address(n));
    for (const other of stations.keys()) {
      if (other === n) continue;
      const station = ['lladdr', address(other), 'dev', device, 'nud', 'permanent'];
      ip('-n', name, 'neighbour', 'replace', `10.9.3.${other + 1}`, ...station);
    }
  });
}

test(
  'a bridge: what passes between its ports is forwarded, what is for this host counts once with its process',
  live(async (t) => {
    const [one, middle, other] = quiet(t, 3) as [Namespace, Namespace, Namespace];
    ip('-n', middle.name, 'link', 'add', 'bridge', 'type', 'bridge');
    cable(one, middle, 'left', 0);
    cable(middle, other, 'right', 0);
    for (const port of ['left', 'right']) ip('-n', middle.name, 'link', 'set', port, 'master', 'bridge');
    ip('-n', one.name, 'address', 'add', '10.9.3.1/24', 'dev', 'left');
    ip('-n', other.name, 'address', 'add', '10.9.3.2/24', 'dev', 'right');
    ip('-n', middle.name, 'address', 'add', '10.9.3.3/24', 'dev', 'bridge');
    ip('-n', middle.name, 'link', 'set', 'bridge', 'up');
    acquaint([one, 'left'], [other, 'right'], [middle, 'bridge']);
    const [near, host, far] = [
      await startPeer(t, { within: one.within }),
      await startPeer(t, { within: middle.within }),
      await startPeer(t, { within: other.within }),
    ];
    const ports = { far: await far.ask('listen', '10.9.3.2'), host: await host.ask('listen', '10.9.3.3') };
    const nettop = await startWire(t, middle);
    await near.ask('connect', '10.9.3.2', ports.far);
    await near.ask('send', SIZE);
    await near.ask('connect', '10.9.3.3', ports.host);
    await near.ask('send', SIZE);
    await nettop.until('all bytes', () =>
      [far, host].every(({ pid }) => (movedBy(nettop, pid)?.receiveBytes ?? 0) > SIZE),
    );
    await nettop.end();
    const line = (name: string) => lastLine(nettop, name, inode(middle));
    const [left, right] = [line('left'), line('right')];
    for (const port of [left, right]) {
      assertWhole(port);
      assert.deepEqual([port.closed, port.other], [NOTHING, NOTHING]);
    }
    assert.equal(left.forwarded.receiveBytes > SIZE, true);
    assert.equal(right.forwarded.transmitBytes, left.forwarded.receiveBytes);
    assert.equal(right.forwarded.receiveBytes, left.forwarded.transmitBytes);
    assert.deepEqual(counts(movedBy(nettop, host.pid) ?? NOTHING), counts(left.attributed));
    assert.equal(line('bridge').attributed.receivePackets, left.attributed.receivePackets);
  }),
);
