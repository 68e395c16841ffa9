import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { test } from 'node:test';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { live, type Nettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { PacketLine } from './rows.ts';
import { startTrace } from './tracing.ts';

const [major = 0, minor = 0] = release().split('.').map(Number);
/** Before that the tracepoint kfree_skb had none. */
const HAS_REASONS = major > 5 || (major === 5 && minor >= 17);

/** The first packet to that port that was dropped. */
async function dropTo(nettop: Nettop, port: number): Promise<PacketLine> {
  return nettop.until('a drop', () =>
    nettop.packets.find((one) => one.function === 'kfree_skb' && one.destinationPort === port),
  );
}

function assertDrop(drop: PacketLine, reason: string, place: RegExp): void {
  assert.match(drop.dropPlace ?? '', place);
  assert.equal(drop.dropReason, HAS_REASONS ? reason : null);
  assert.equal(drop.advice === null, !HAS_REASONS);
}

/** Two hosts at either end of a cable. */
function cabled(t: Parameters<typeof createNamespace>[0]): [Namespace, Namespace] {
  const near = createNamespace(t);
  const far = createNamespace(t);
  connectNamespaces(near, far);
  return [near, far];
}

test(
  'a datagram to a closed port: no socket, dropped where UDP receives',
  live(async (t) => {
    const peer = await startPeer(t);
    await peer.ask('bindUdp', '127.0.0.1');
    const nettop = await startTrace(t, ['host 127.0.0.1 and port 9'], () =>
      peer.ask('sendUdp', 1, 10, '127.0.0.1', 9),
    );
    assertDrop(
      await dropTo(nettop, 9),
      'NO_SOCKET',
      /^(__udp4_lib_rcv|udp_rcv|udp_unicast_rcv_skb)\+0x[0-9a-f]+$/,
    );
    const others = nettop.packets.filter((one) => one.function !== 'kfree_skb');
    assert.deepEqual(
      others.filter((one) => one.dropReason ?? one.dropPlace ?? one.advice),
      [],
    );
  }),
);

test(
  'a firewall rule: dropped by netfilter',
  live(
    async (t) => {
      const [near, far] = cabled(t);
      const rules = 'table inet t { chain c { type filter hook input priority 0; udp dport 9 drop; }; }';
      const { status, stderr } = spawnSync('ip', ['netns', 'exec', far.name, 'nft', rules], {
        encoding: 'utf8',
      });
      if (status !== 0) return t.skip(`nft: ${stderr.trim()}`);
      const peer = await startPeer(t, near);
      await peer.ask('bindUdp', '192.0.2.1');
      const nettop = await startTrace(t, ['host 192.0.2.2 and port 9'], () =>
        peer.ask('sendUdp', 1, 10, '192.0.2.2', 9),
      );
      assertDrop(
        await dropTo(nettop, 9),
        'NETFILTER_DROP',
        /^(nf_hook_slow|nft_do_chain|ip_local_deliver)\+0x/,
      );
    },
    ['nft'],
  ),
);

test(
  'a TTL that ends at a router',
  live(async (t) => {
    const [near, router] = cabled(t);
    ip('-n', router.name, 'route', 'add', '198.51.100.0/24', 'via', '192.0.2.1'); // where to does not matter
    ip('-n', near.name, 'route', 'add', '198.51.100.0/24', 'via', '192.0.2.2');
    const sysctl = 'echo 1 > /proc/sys/net/ipv4/ip_forward';
    assert.equal(spawnSync('ip', ['netns', 'exec', router.name, 'sh', '-c', sysctl]).status, 0);
    const peer = await startPeer(t, near);
    await peer.ask('bindUdp', '192.0.2.1');
    await peer.ask('limitHops', 1);
    const nettop = await startTrace(t, ['host 198.51.100.2 and port 9'], () =>
      peer.ask('sendUdp', 1, 10, '198.51.100.2', 9),
    );
    assertDrop(await dropTo(nettop, 9), 'IP_INHDR', /^ip_forward\+0x/);
  }),
);
