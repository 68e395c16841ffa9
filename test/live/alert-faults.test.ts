import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { begun, ended, script, told, trouble } from './alerts.ts';
import { connectNamespaces, createNamespace, ip } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { until } from './until.ts';

test(
  'TIME_WAIT without room is told once, with its entries',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const netns = inode(namespace);
      runIn(namespace, 'sysctl', '-qw', 'net.ipv4.tcp_max_tw_buckets=20');
      const nettop = startNettop(t, ['alerts', '--json']);
      const begin = await nettop.until('the alert', () => {
        trouble(namespace, 'closers', '127.0.0.1', 9001, 50, 2);
        return told(nettop, 'timeWaitFull', netns)[0];
      });
      const { evidence, command } = await ended(nettop, begin);
      await nettop.end();
      assert.deepEqual([evidence.entries, evidence.limit], [20, 20]);
      assert.ok(
        Number(evidence.overflows) > 0 && Number(evidence.overflows) <= 100,
        'at most two seconds of them',
      );
      assert.equal(command, `ip netns exec ${namespace.name} sysctl -w net.ipv4.tcp_max_tw_buckets=40`);
    },
    ['python3'],
  ),
);

test(
  'a socket whose buffer is full is told once, with its process, port and each drop',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const netns = inode(namespace);
      const nettop = startNettop(t, ['alerts', '--json']);
      const told = trouble<{ pid: number; port: number; drops: number }>(
        namespace,
        'deaf',
        '127.0.0.1',
        200,
        9,
      );
      const begin = await begun(nettop, 'receiveBufferFull', netns);
      const end = await ended(nettop, begin);
      await nettop.end();
      assert.deepEqual(
        { pid: end.pid, localAddress: end.localAddress, localPort: end.localPort, drops: end.evidence.drops },
        { pid: told.pid, localAddress: '127.0.0.1', localPort: told.port, drops: told.drops },
      );
    },
    ['python3'],
  ),
);

const LOSSY = `add table ip lossy
add chain ip lossy input { type filter hook input priority 0; }
add rule ip lossy input tcp dport 8000 numgen random mod 100 < 10 drop`;

test(
  'segments that are lost to many far ends at once are told once, to how many',
  live(
    async (t) => {
      const [near, far] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(near, far);
      const hosts = Array.from({ length: 8 }, (_, at) => `192.0.2.${at + 20}`);
      for (const host of hosts) ip('-n', far.name, 'address', 'add', `${host}/24`, 'dev', 'cable');
      runIn(far, 'nft', LOSSY);
      const [command = '', ...rest] = [...far.within, 'python3', script, 'swallow', '8000'];
      const reader = spawn(command, rest, { stdio: ['pipe', 'ignore', 'inherit'] });
      t.after(() => reader.kill('SIGKILL'));
      await until('a listener', () => runIn(far, 'ss', '-tlnH', 'sport = :8000') !== '');
      const nettop = startNettop(t, ['alerts', '--json']);
      trouble(near, 'stream_to', 8000, 9, ...hosts);
      const begin = await begun(nettop, 'retransmissions', inode(near));
      const { evidence } = await ended(nettop, begin);
      await nettop.end();
      assert.ok(Number(evidence.peers) >= 5 && Number(evidence.peers) <= hosts.length);
      assert.ok(Number(evidence.sharePercent) > 2 && Number(evidence.sharePercent) < 40);
    },
    ['python3', 'nft'],
  ),
);
