import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { inode, runIn, udpCounter } from './namespace-facts.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import { startPython } from './python.ts';
import type { DropLine } from './rows.ts';
import { has, openScreen } from './screen.ts';

const DISCARD = 9; // RFC 863: nothing listens there
const COUNT = 1234;

/** Starts `nettop drops` and waits until it counts what is dropped in a namespace of its own. */
async function startDrops(t: TestContext): Promise<Nettop> {
  const elsewhere = createNamespace(t);
  const peer = await startPeer(t, elsewhere);
  await peer.ask('bindUdp', '127.0.0.1');
  const nettop = startNettop(t, ['drops', '--json', '--interval', '100ms']);
  const timer = setInterval(() => peer.ask('sendUdp', 1, 1, '127.0.0.1', DISCARD).catch(() => {}), 50);
  t.after(() => clearInterval(timer));
  await nettop.until('a drop', () => nettop.drops.length > 0);
  return nettop;
}

/** The last line of each row in the namespace. */
function lastLines({ drops }: Nettop, netns: number): DropLine[] {
  const rows = new Map<string, DropLine>();
  for (const line of drops) {
    if (line.netns === netns) rows.set(JSON.stringify([line.dropReason, line.dropPlace, line.pid]), line);
  }
  return [...rows.values()];
}

const sum = (lines: DropLine[], field: 'drops' | 'bytes') =>
  lines.reduce((total, line) => total + (line[field] ?? 0), 0);

/** A socket whose owner is known, as it has sent before. */
async function sender(t: TestContext, namespace: Namespace, host: string): Promise<Peer> {
  const peer = await startPeer(t, { ...namespace, name: 'nt-sender' });
  const own = await peer.ask('bindUdp', host);
  await peer.ask('sendUdp', 1, 1, host, own);
  return peer;
}

test(
  'datagrams to a closed port: each counted once, as the kernel counts them itself, with their sender',
  live(async (t) => {
    const namespace = createNamespace(t);
    const netns = inode(namespace);
    const peer = await sender(t, namespace, '127.0.0.1');
    const nettop = await startDrops(t);
    await peer.ask('sendUdp', COUNT, 100, '127.0.0.1', DISCARD);
    await nettop.end();
    const lines = lastLines(nettop, netns);
    assert.deepEqual([udpCounter(namespace, 'NoPorts'), sum(lines, 'drops')], [COUNT, COUNT]);
    const { dropReason, dropPlace, bytes, last, pid, process, interface: device } = lines[0] ?? assert.fail();
    assert.deepEqual(
      { rows: lines.length, dropReason, bytes, pid, process, device },
      {
        rows: 1,
        dropReason: 'NO_SOCKET',
        bytes: COUNT * 128,
        pid: peer.pid,
        process: 'nt-sender',
        device: 'lo',
      },
    );
    assert.match(dropPlace ?? '', /udp.*_rcv\+0x[0-9a-f]+$/);
    assert.deepEqual(
      [last?.protocol, last?.source, last?.destination, last?.destinationPort],
      ['udp', '127.0.0.1', '127.0.0.1', DISCARD],
    );
  }),
);

test(
  'a firewall rule: packets and bytes as the rule counts them',
  live(
    async (t) => {
      const near = createNamespace(t);
      const far = createNamespace(t);
      connectNamespaces(near, far);
      runIn(far, 'nft', 'table inet t { chain c { type filter hook input priority 0; }; }');
      runIn(far, 'nft', 'add rule inet t c udp dport 9 counter drop');
      const peer = await sender(t, near, '192.0.2.1');
      const nettop = await startDrops(t);
      await peer.ask('sendUdp', COUNT, 200, '192.0.2.2', DISCARD);
      await nettop.end();
      const rule = /counter packets (\d+) bytes (\d+)/.exec(runIn(far, 'nft', 'list', 'ruleset'));
      const lines = lastLines(nettop, inode(far)).filter((line) => line.dropReason === 'NETFILTER_DROP');
      assert.deepEqual([sum(lines, 'drops'), sum(lines, 'bytes')], [Number(rule?.[1]), Number(rule?.[2])]);
      assert.deepEqual([sum(lines, 'drops'), lines[0]?.last?.destination], [COUNT, '192.0.2.2']);
    },
    ['nft'],
  ),
);

test(
  'a receiver that is full: as many as the kernel counts, at the process that does not take them',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const receiver = startPython(t, 'full', namespace.name, '127.0.0.1');
      const port = await receiver.tells(0);
      const peer = await sender(t, namespace, '127.0.0.1');
      const nettop = await startDrops(t);
      await peer.ask('sendUdp', COUNT, 1000, '127.0.0.1', port);
      await nettop.end();
      const full = lastLines(nettop, inode(namespace)).filter((line) => line.dropReason === 'SOCKET_RCVBUFF');
      assert.deepEqual(
        [sum(full, 'drops') > 1000, sum(full, 'drops'), full.map(({ pid }) => pid)],
        [true, udpCounter(namespace, 'RcvbufErrors'), [receiver.pid]],
      );
    },
    ['python3'],
  ),
);

test(
  'on the screen: a row, its stack, and its flow in the trace',
  live(async (t) => {
    const peer = await startPeer(t);
    const port = await peer.ask('bindUdp', '127.0.0.1');
    const ui = await openScreen(t);
    ui.write(`/port ${port}\r4`);
    await ui.until(has(/no drops match `port \d+`/));
    const timer = setInterval(() => peer.ask('sendUdp', 1, 1, '127.0.0.1', DISCARD).catch(() => {}), 50);
    t.after(() => clearInterval(timer));
    const ends = `127\\.0\\.0\\.1:${port} → 127\\.0\\.0\\.1:9`;
    await ui.until(has(new RegExp(`NO_SOCKET +\\S*udp\\S+_rcv.* ${ends} `)));
    ui.write('j\r');
    await ui.until((screen) => has(/Nothing listens there/)(screen) && has(/^ +ip_\w+\+0x/)(screen));
    ui.write('x');
    await ui.until((screen) => has(/3 Trace .* live/)(screen) && has(/ 127\.0\.0\.1 .* 9 /)(screen));
    assert.ok(
      ui.screen().some((line) => line.includes(`filter: udp 127.0.0.1:${port} ⇄ 127.0.0.1:${DISCARD}`)),
    );
  }),
);
