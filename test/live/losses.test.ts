import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import type { DropLine } from './rows.ts';
import { until } from './until.ts';

/** Connects so many times at once, waits for less than a SYN is retransmitted, and gives up. */
const ATTEMPTS = `import socket, sys, time
held = []
for _ in range(int(sys.argv[3])):
    held.append(socket.socket())
    held[-1].setblocking(False)
    held[-1].connect_ex((sys.argv[1], int(sys.argv[2])))
time.sleep(0.4)`;
/** A datagram, by the interface of that address where it goes to a group. */
const DATAGRAM = `import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(0, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[3]))
sock.sendto(b"x", (sys.argv[1], int(sys.argv[2])))`;
const CLOSED_PORT = 9;

function tcpExt(namespace: Namespace, name: string): number {
  const [names, values] = runIn(namespace, 'cat', '/proc/net/netstat')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt: '));
  return Number(values?.split(' ')[names?.split(' ').indexOf(name) ?? -1]);
}

/** Drops of a network namespace, as soon as they are seen to be counted. */
async function startDrops(t: TestContext, namespace: Namespace, ...more: string[]): Promise<Nettop> {
  const nettop = startNettop(t, [
    'drops',
    '--json',
    '--interval',
    '200ms',
    '--netns',
    namespace.name,
    ...more,
  ]);
  await until('nettop sees a drop', () => {
    runIn(namespace, 'python3', '-c', DATAGRAM, '127.0.0.1', String(CLOSED_PORT), '127.0.0.1');
    return nettop.drops.some(({ last }) => last?.destinationPort === CLOSED_PORT);
  });
  return nettop;
}

/** Its last lines, without those of the sign. */
async function lastOf(nettop: Nettop): Promise<DropLine[]> {
  await nettop.end();
  const time = nettop.drops.at(-1)?.time;
  return nettop.drops.filter((line) => line.time === time && line.last?.destinationPort !== CLOSED_PORT);
}

test(
  'SYNs to a listener whose accept queue is full: so many as the kernel counts, with its process',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const listener = startPythonWithin(t, namespace.within, 'busy', '127.0.0.1', 1, 2);
      const port = await listener.tells(0);
      const nettop = await startDrops(t, namespace);
      const before = tcpExt(namespace, 'ListenDrops');
      runIn(namespace, 'python3', '-c', ATTEMPTS, '127.0.0.1', String(port), '7');
      const counted = tcpExt(namespace, 'ListenDrops') - before;
      await nettop.until('the drops', () => nettop.drops.find(({ drops }) => drops === counted));
      const rows = await lastOf(nettop);
      assert.equal(counted, 7);
      assert.deepEqual(
        rows.map(({ dropReason, countedBy, lost, drops, pid, last }) => [
          dropReason,
          countedBy,
          lost,
          drops,
          pid,
          last?.destination,
          last?.destinationPort,
        ]),
        [['ListenOverflows', 'socket', true, 7, listener.pid, '127.0.0.1', port]],
      );
      assert.match(rows[0]?.advice ?? '', /accept queue is full/);
    },
    ['python3'],
  ),
);

for (const cookies of [0, 1])
  test(
    `a SYN queue that is full, with tcp_syncookies ${cookies}`,
    live(
      async (t) => {
        const [near, far] = [createNamespace(t), createNamespace(t)];
        connectNamespaces(near, far);
        runIn(far, 'sysctl', '-qw', `net.ipv4.tcp_syncookies=${cookies}`);
        const listener = startPythonWithin(t, far.within, 'busy', '192.0.2.2', 2, 0);
        const port = await listener.tells(0);
        const rule = `table inet t { chain c { type filter hook input priority 0; tcp sport ${port} drop; }; }`;
        runIn(near, 'nft', rule); // no answer comes, so that no handshake ends
        const nettop = await startDrops(t, far);
        runIn(near, 'python3', '-c', ATTEMPTS, '192.0.2.2', String(port), '12');
        const [dropped, sent] = [tcpExt(far, 'TCPReqQFullDrop'), tcpExt(far, 'SyncookiesSent')];
        const reason = cookies === 0 ? 'TCPReqQFullDrop' : 'SyncookiesSent';
        const expected = cookies === 0 ? dropped : sent;
        assert.ok(expected > 0, `${reason} ${expected}`);
        await nettop.until('the row', () =>
          nettop.drops.find((line) => line.dropReason === reason && line.drops >= expected),
        );
        const row = (await lastOf(nettop)).find((line) => line.dropReason === reason);
        assert.deepEqual(
          [row?.drops, row?.lost, row?.countedBy, row?.pid ?? null],
          cookies === 0
            ? [tcpExt(far, reason), true, 'socket', listener.pid]
            : [tcpExt(far, reason), false, 'namespace', null],
        );
      },
      ['python3', 'nft'],
    ),
  );

test(
  'multicast that nobody joined says so, as inferred, and is not the process’s that has the port',
  live(
    async (t) => {
      const [near, far] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(near, far);
      const port = String(await (await startPeer(t, far)).ask('bindUdp', '0.0.0.0'));
      const nettop = await startDrops(t, far);
      runIn(near, 'python3', '-c', DATAGRAM, '239.1.2.3', port, '192.0.2.1');
      const row = await nettop.until('the drop', () =>
        nettop.drops.find(({ last }) => last?.destination === '239.1.2.3'),
      );
      await nettop.end();
      const { dropReason, cause, inferred, pid } = row;
      assert.deepEqual(
        { dropReason, cause, inferred, pid },
        { dropReason: 'NOT_SPECIFIED', cause: 'multicast not joined', inferred: true, pid: null },
      );
    },
    ['python3'],
  ),
);
