import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, ended, showRead, startTrouble, told, trouble } from './alerts.ts';
import { connectNamespaces, createNamespace } from './namespace.ts';
import { counter, inode, udpCounter } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';

const RATE = 8000;
/** The flood, and what shows that nettop reads. */
const EXPECTED = ['packetFlood', 'timeWaitFull'];

test(
  'a flood of datagrams is told once, with its port, its network, and each of them',
  live(
    async (t) => {
      const [target, source] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(target, source);
      const netns = inode(target);
      const nettop = startNettop(t, ['alerts', '--json']);
      await nettop.until('nettop looks', () => {
        trouble(target, 'scan', '127.0.0.1', 1, 20, 0.1);
        return told(nettop, 'scanIn', netns).length > 0;
      });
      const before = udpCounter(target, 'NoPorts');
      const sent = trouble(source, 'flood', '192.0.2.1', 4000, RATE, 8);
      const came = udpCounter(target, 'NoPorts') - before;
      assert.equal(came, sent);
      const begin = await begun(nettop, 'packetFlood', netns);
      const end = await ended(nettop, begin);
      await nettop.end();
      const { packetsPerSecond, ...evidence } = end.evidence;
      assert.deepEqual(
        { remote: end.remote, localPort: end.localPort, evidence },
        {
          remote: '192.0.2.0/24',
          localPort: 4000,
          evidence: {
            what: 'datagrams',
            packets: came,
            usualPerSecond: 0,
            networks: 1,
            largestNetworkPercent: 100,
            noPort: came,
          },
        },
      );
      assert.ok(Number(packetsPerSecond) > 0 && Number(packetsPerSecond) <= RATE * 1.5);
      assert.match(
        end.command ?? '',
        /^ip netns exec \S+ nft 'add table .* \{ 192\.0\.2\.0\/24 timeout 10m \}'$/,
      );
      assert.deepEqual(
        nettop.alerts.filter(
          (line) => line.kind !== 'packetFlood' && line.remote !== '127.0.0.1' && line.netns === netns,
        ),
        [],
      );
    },
    ['python3'],
  ),
);

/** By what they are called: packets in a second. The usual has to be known of the first two; of RST nothing is usual. */
const RATES = { messages: 3000, fragments: 5000, resets: 5000 } as const;

test(
  'floods of ICMP, of fragments and of RST segments are told once each, with port, network and each packet; who pings as much hears no flood',
  live(
    async (t) => {
      const floods = Object.entries(RATES).map(([what, rate], at) => {
        const [target, source] = [createNamespace(t), createNamespace(t)];
        connectNamespaces(target, source);
        return { what, rate, target, source, port: 4000 + at, netns: inode(target), from: inode(source) };
      });
      const nettop = startNettop(t, ['alerts', '--json']);
      for (const { target } of floods) await showRead(nettop, target);
      const sent = await Promise.all(
        floods.map(
          ({ what, rate, source, port }) =>
            startTrouble<number>(t, source, 'raw_flood', what, '192.0.2.1', port, rate, 8).told,
        ),
      );
      for (const [at, { what, rate, target, port, netns, from }] of floods.entries()) {
        const end = await ended(nettop, await begun(nettop, 'packetFlood', netns));
        if (what === 'messages') assert.equal(counter(target, 'Icmp', 'InMsgs'), sent[at]);
        if (what === 'fragments') assert.equal(counter(target, 'Ip', 'ReasmReqds'), sent[at]);
        const { packetsPerSecond, ...evidence } = end.evidence;
        assert.deepEqual(
          { remote: end.remote, localPort: end.localPort, netnsName: end.netnsName, evidence },
          {
            remote: '192.0.2.0/24',
            localPort: what === 'resets' ? port : null,
            netnsName: target.name,
            evidence: {
              what,
              packets: sent[at],
              usualPerSecond: 0,
              networks: 1,
              largestNetworkPercent: 100,
              ...(what === 'resets' && { noConnection: sent[at] }),
            },
          },
        );
        assert.ok(Number(packetsPerSecond) > 0 && Number(packetsPerSecond) <= rate * 1.5);
        const others = nettop.alerts.filter(
          (line) => line.netns === from || (line.netns === netns && !EXPECTED.includes(line.kind)),
        );
        assert.deepEqual(others, []);
      }
      await nettop.end();
    },
    ['python3'],
  ),
);

test(
  'a service that says much more than it is asked is told once, with its process, whom it answers, and the bytes both ways',
  live(
    async (t) => {
      const [target, asker] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(target, asker);
      const netns = inode(target);
      const nettop = startNettop(t, ['alerts', '--json']);
      await nettop.until('nettop looks', () => {
        trouble(target, 'scan', '127.0.0.1', 1, 20, 0.1);
        return told(nettop, 'scanIn', netns).length > 0;
      });
      const answers = startTrouble<{ pid: number; received: number; sent: number }>(
        t,
        target,
        ...['amplifier', '192.0.2.1', 11211, 1400, 600],
      );
      await answers.started;
      trouble(asker, 'ask', '192.0.2.1', 11211, 20, 600, 100);
      const { pid, received, sent } = await answers.told;
      const begin = await begun(nettop, 'amplification', netns);
      const end = await ended(nettop, begin);
      await nettop.end();
      const { sentBytesPerSecond: _, ...evidence } = end.evidence;
      assert.deepEqual(
        { pid: end.pid, local: [end.localAddress, end.localPort], remote: end.remote, evidence },
        {
          pid,
          local: ['192.0.2.1', 11211],
          remote: '192.0.2.2',
          evidence: { service: 'memcached', receivedBytes: received, sentBytes: sent, times: 70, sources: 1 },
        },
      );
    },
    ['python3'],
  ),
);
