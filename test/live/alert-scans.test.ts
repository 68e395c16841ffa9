import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { begun, ended, told, trouble } from './alerts.ts';
import { connectNamespaces, createNamespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';

interface Scan {
  pid: number;
  open: number;
  refused: number;
  silent: number;
}

/** Ports from 1 on; those from FIREWALLED on are dropped by a rule. */
const PORTS = 300;
const FIREWALLED = 281;
const RULES = `add table ip wall
add chain ip wall input { type filter hook input priority 0; }
add rule ip wall input tcp dport ${FIREWALLED}-${PORTS} drop`;

test(
  'a scan is told once at both ends, each port counted: in by its source, out by its process',
  live(
    async (t) => {
      const [target, scanner] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(target, scanner);
      runIn(target, 'nft', RULES);
      const nettop = startNettop(t, ['alerts', '--json']);
      await nettop.until('nettop looks', () => {
        trouble(target, 'scan', '127.0.0.1', 1, 60, 0.1);
        return (
          told(nettop, 'scanIn', inode(target)).length > 0 &&
          told(nettop, 'scanOut', inode(target)).length > 0
        );
      });
      const scan = trouble<Scan>(scanner, 'scan', '192.0.2.1', 1, PORTS);
      assert.deepEqual(
        { ...scan, pid: 0 },
        { pid: 0, open: 0, refused: FIREWALLED - 1, silent: PORTS - FIREWALLED + 1 },
      );

      const scansIn = () =>
        told(nettop, 'scanIn', inode(target)).find(({ remote }) => remote === '192.0.2.2');
      const inward = await nettop.until('the scan in', scansIn);
      const outward = await begun(nettop, 'scanOut', inode(scanner));
      const [inEnd, outEnd] = [await ended(nettop, inward, 60_000), await ended(nettop, outward, 60_000)];
      await nettop.end();
      const { packets, byRules, ...ports } = inEnd.evidence;
      assert.deepEqual(
        { localAddress: inEnd.localAddress, pid: inEnd.pid, ...ports },
        { localAddress: '192.0.2.1', pid: null, ports: PORTS, firstPort: 1, lastPort: PORTS, established: 0 },
      );
      assert.ok(Number(byRules) >= scan.silent && Number(packets) === Number(byRules) + scan.refused);
      assert.deepEqual(
        { pid: outEnd.pid, process: outEnd.process, remote: outEnd.remote, evidence: outEnd.evidence },
        {
          pid: scan.pid,
          process: 'python3',
          remote: '192.0.2.1',
          evidence: {
            targets: PORTS,
            ports: PORTS,
            addresses: 1,
            attempts: PORTS,
            refused: scan.refused,
            unanswered: scan.silent,
          },
        },
      );

      execFileSync('sh', ['-c', inEnd.command ?? 'false']);
      const blocked = trouble<Scan>(scanner, 'scan', '192.0.2.1', 1, 20);
      assert.equal(blocked.silent, 20, 'the command that it shows drops what comes from there');
    },
    ['python3', 'nft'],
  ),
);

test(
  'a client with connections that tries a few more ports, and one that asks a closed port again, are no scans',
  live(
    async (t) => {
      const [target, client] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(target, client);
      await startPythonWithin(t, target.within, 'accept_all', 8000).tells(0);
      const nettop = startNettop(t, ['alerts', '--json']);
      await nettop.until('nettop looks', () => {
        trouble(target, 'scan', '127.0.0.1', 1, 60, 0.1);
        return told(nettop, 'scanIn', inode(target)).length > 0;
      });
      for (let time = 0; time < 60; time++) trouble(client, 'scan', '192.0.2.1', 9, 9, 0);
      trouble(client, 'peer', '192.0.2.1', 8000, 10, 1, 30);
      await nettop.end();
      const others = nettop.alerts.filter(({ remote }) => remote === '192.0.2.2' || remote === '192.0.2.1');
      assert.deepEqual(others, []);
    },
    ['python3'],
  ),
);
