import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, ended, told, trouble } from './alerts.ts';
import { createNamespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';

const PORTS = [5000, 5009] as const;
const FAILURES = 40;

test(
  'a process that finds no free port is told once, with the range of ports and each failure, and its end',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const netns = inode(namespace);
      runIn(namespace, 'sysctl', '-qw', `net.ipv4.ip_local_port_range=${PORTS.join(' ')}`);
      const nettop = startNettop(t, ['alerts', '--json']);
      await nettop.until('nettop looks', () => {
        trouble(namespace, 'no_port', '127.0.0.1', 9001, 5);
        return told(nettop, 'portsExhausted', netns).length > 0;
      });
      assert.equal(trouble(namespace, 'no_port', '127.0.0.1', 9002, FAILURES), FAILURES);
      const mine = () =>
        told(nettop, 'portsExhausted', netns).find(({ remote }) => remote === '127.0.0.1:9002');
      const begin = await nettop.until('the alert', mine);
      const end = await ended(nettop, begin);
      await nettop.end();
      assert.deepEqual(
        { process: end.process, evidence: end.evidence, command: end.command },
        {
          process: 'python3',
          evidence: { failed: FAILURES, firstPort: PORTS[0], lastPort: PORTS[1] },
          command: `ip netns exec ${namespace.name} sysctl -w net.ipv4.ip_local_port_range='1024 65535'`,
        },
      );
      assert.ok((end.pid ?? 0) > 0);
    },
    ['python3'],
  ),
);

/** 320 bytes an entry: 80 MB at most. */
const MOST_ENTRIES = 300_000;
const UNTRACKED = `add table ip tracked
add chain ip tracked input { type filter hook input priority 0; }
add rule ip tracked input ct state new drop`;

test(
  'a conntrack table that is full is told once, with its entries, and ends when it is empty',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const netns = inode(namespace);
      runIn(namespace, 'nft', UNTRACKED);
      const file = (name: string) =>
        Number(runIn(namespace, 'cat', `/proc/sys/net/netfilter/nf_conntrack_${name}`));
      const limit = file('max');
      if (limit > MOST_ENTRIES) return t.skip(`conntrack has room for ${limit} entries: too many to fill it`);
      const nettop = startNettop(t, ['alerts', '--json']);
      trouble(namespace, 'entries', limit);
      const begin = await begun(nettop, 'conntrackFull', netns);
      const entries = file('count');
      assert.equal(trouble(namespace, 'flush'), 0);
      const end = await ended(nettop, begin);
      await nettop.end();
      assert.deepEqual(end.evidence, { entries, limit, fillPercent: 100, refused: end.evidence.refused });
      assert.deepEqual(
        { netnsName: end.netnsName, command: end.command },
        { netnsName: namespace.name, command: `sysctl -w net.netfilter.nf_conntrack_max=${limit * 2}` },
      );
    },
    ['python3', 'nft'],
  ),
);
