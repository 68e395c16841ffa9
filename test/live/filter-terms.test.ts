import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { release } from 'node:os';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { PacketLine } from './rows.ts';
import { startTrace } from './tracing.ts';

const [major = 0, minor = 0] = release().split('.').map(Number);
/** Before that the tracepoint kfree_skb had no reason. */
const HAS_REASONS = major > 5 || (major === 5 && minor >= 17);

/** Sends an echo request (RFC 792) of that identifier to 127.0.0.1. */
const ECHO = `
import socket, struct, sys
identifier, size = int(sys.argv[1]), int(sys.argv[2])
checksum = 0xffff - (0x0800 + identifier + 1)
packet = struct.pack('!BBHHH', 8, 0, checksum, identifier, 1) + bytes(size)
socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).sendto(packet, ('127.0.0.1', 0))
`;

const functions = (packets: PacketLine[]) => [...new Set(packets.map((packet) => packet.function))];

test(
  'drop shows drops alone, reason those of that reason, both by the kernel’s filter',
  live(async (t) => {
    const peer = await startPeer(t);
    await peer.ask('bindUdp', '127.0.0.1');
    const probe = () => peer.ask('sendUdp', 1, 10, '127.0.0.1', 9);
    const drops = await startTrace(t, ['drop and port 9'], probe);
    assert.equal((await drops.end()).events, drops.packets.length);
    assert.deepEqual(functions(drops.packets), ['kfree_skb']);
    if (!HAS_REASONS) return;
    const named = await startTrace(t, ['reason no_sock* and port 9'], probe);
    assert.equal((await named.end()).events, named.packets.length);
    assert.deepEqual(functions(named.packets), ['kfree_skb']);
    const others = await startTrace(t, ['port 9 and not reason NO_SOCKET'], probe);
    await others.end();
    assert.ok(!functions(others.packets).includes('kfree_skb'));
  }),
);

test(
  'one ping of two, by its identifier, in the network namespace of that name',
  live(
    async (t) => {
      const { name, within } = createNamespace(t);
      const ping = async (id: number, payload: number): Promise<void> => {
        const [command = '', ...args] = [...within, 'python3', '-c', ECHO, String(id), String(payload)];
        const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
        assert.equal(status, 0, stderr);
      };
      const flags = ['--icmp-id', '77', '--netns', name, '-I', 'lo', '-P', 'icmp'];
      const nettop = await startTrace(t, flags, async () => {
        await ping(76, 10);
        await ping(77, 20);
      });
      const { events } = await nettop.end();
      const inode = statSync(`/run/netns/${name}`).ino;
      const told = nettop.packets.map(({ protocol, netns, length }) => ({ protocol, netns, length }));
      const once = { protocol: 'icmp', netns: inode, length: 20 + 8 + 20 };
      assert.deepEqual([...new Set(told.map((one) => JSON.stringify(one)))], [JSON.stringify(once)]);
      assert.equal(events, nettop.packets.length);
    },
    ['python3'],
  ),
);
