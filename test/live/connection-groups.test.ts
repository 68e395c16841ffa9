import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectNamespaces, createNamespace, misdirect } from './namespace.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import type { GroupLine, TimeBucket } from './rows.ts';
import { type SocketInfo, socketInfo } from './ss.ts';

const CLIENTS = [1_000_000, 2_000_000, 3_000_001];
const ALL = CLIENTS.reduce((sum, bytes) => sum + bytes, 0);

/** The groups of the newest report. */
function newest({ groups }: Nettop): GroupLine[] {
  const time = groups.at(-1)?.time;
  return groups.filter((line) => line.time === time);
}

/** Buckets of times, by the power of two that each is below. */
function bucketsOf(times: readonly number[]): TimeBucket[] {
  const below = (us: number) => 2 ** us.toString(2).length;
  const powers = [...new Set(times.map(below))].sort((a, b) => a - b);
  return powers.map((power) => ({
    belowMicroseconds: power,
    connections: times.filter((us) => below(us) === power).length,
  }));
}

const groupsBy = (by: string) => ['connections', '--by', by, '--json', '--interval', '200ms'];

test(
  'groups of connections have what was moved, and what ss says of each that is in them',
  live(
    async (t) => {
      const server = await startPeer(t, { name: 'nt-server' });
      const port = await server.ask('listen', '127.0.0.1');
      const ways = ['port', 'host', 'network', 'process', 'state'] as const;
      const runs = new Map(ways.map((by) => [by, startNettop(t, [...groupsBy(by), `port ${port}`])]));
      for (const [by, nettop] of runs)
        await nettop.until(`the listener by ${by}`, () => nettop.groups.length > 0);
      const clients: Peer[] = [];
      const ports: number[] = [];
      for (const bytes of CLIENTS) {
        const client = await startPeer(t, { name: 'nt-client' });
        ports.push(await client.ask('connect', '127.0.0.1', port));
        await client.ask('send', bytes);
        clients.push(client);
      }
      const moved = ({ receiveBytes, transmitBytes }: GroupLine) => [receiveBytes, transmitBytes];
      for (const [by, nettop] of runs)
        await nettop.until(`all bytes by ${by}`, () => {
          const lines = newest(nettop).filter(({ connections }) => connections > 0);
          const sum = (way: 'receiveBytes' | 'transmitBytes') =>
            lines.reduce((all, line) => all + (line[way] ?? 0), 0);
          return sum('receiveBytes') === ALL && sum('transmitBytes') === ALL;
        });
      const ends = ports.flatMap((local) => [
        socketInfo(local, port),
        socketInfo(port, local),
      ]) as SocketInfo[];
      const rtts = ends.map(({ rttMicroseconds }) => rttMicroseconds);
      for (const nettop of runs.values()) await nettop.end();

      const of = (by: (typeof ways)[number]) => newest(runs.get(by) ?? assert.fail());
      const [byPort = assert.fail(), ...others] = of('port');
      assert.deepEqual([byPort.key, others], [`tcp/${port}`, []]);
      assert.deepEqual([byPort.connections, byPort.closedConnections, moved(byPort)], [7, 0, [ALL, ALL]]);
      assert.equal(byPort.worstRttMicroseconds, Math.max(...rtts));
      assert.deepEqual(byPort.rttHistogram, bucketsOf(rtts));
      assert.equal(
        byPort.connectHistogram.reduce((sum, { connections }) => sum + connections, 0),
        CLIENTS.length,
      );
      assert.equal(
        byPort.retransmits,
        ends.reduce((sum, { retransmits }) => sum + retransmits, 0),
      );

      const sums = (by: (typeof ways)[number]) =>
        Object.fromEntries(of(by).map((line) => [line.name, [line.connections, ...moved(line)]]));
      assert.deepEqual(sums('host'), { '127.0.0.1': [6, ALL, ALL], '*': [1, 0, 0] });
      assert.deepEqual(sums('network'), { '127.0.0.0/24': [6, ALL, ALL], '*': [1, 0, 0] });
      assert.deepEqual(sums('state'), { ESTABLISHED: [6, ALL, ALL], LISTEN: [1, 0, 0] });
      const byProcess = of('process').map((line) => [line.pid, line.name, line.connections, ...moved(line)]);
      assert.deepEqual(
        new Set(byProcess.map(String)),
        new Set([
          [server.pid, 'nt-server', 4, ALL, 0].join(),
          ...CLIENTS.map((bytes, at) => [clients[at]?.pid, 'nt-client', 1, 0, bytes].join()),
        ]),
      );
    },
    ['ss'],
  ),
);

test(
  'SYNs that nobody answers are retransmits of their group, and its worst share',
  live(async (t) => {
    const [near, far] = [createNamespace(t), createNamespace(t)];
    connectNamespaces(near, far);
    misdirect(near, '192.0.2.2', true);
    const client = await startPeer(t, { name: 'nt-client', within: near.within });
    const nettop = startNettop(t, [...groupsBy('host'), 'port 4242 and host 192.0.2.2']);
    await client.ask('beginConnect', '192.0.2.2', 4242);
    const line = await nettop.until('a SYN that was retransmitted', () =>
      nettop.groups.find(({ retransmits }) => retransmits > 0),
    );
    await nettop.end();
    const { key, connections, retransmits, worstRetransmitShare, retransmitHistogram } = line;
    assert.deepEqual([key, connections], ['192.0.2.2', 1]);
    // each of its segments but the first
    assert.equal(worstRetransmitShare, Math.round((retransmits / (retransmits + 1)) * 1e6) / 1e6);
    assert.deepEqual(retransmitHistogram, [{ below: 2 ** retransmits.toString(2).length, connections: 1 }]);
    assert.deepEqual([line.rttHistogram, line.connectHistogram, line.worstRttMicroseconds], [[], [], null]);
  }),
);
