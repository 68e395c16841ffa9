import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { trouble } from './alerts.ts';
import { dropsKept } from './bpftool.ts';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { inode, runIn, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { type Python, startPythonWithin } from './python.ts';
import type { ConnectionLine, EventLine } from './rows.ts';

const BYTES = 1000;
const TIMES = 12;
/** Less often than a segment is sent again. */
const PAUSE_MS = 60;

interface Told {
  /** Its last line while it was open. */
  row: ConnectionLine;
  /** Its retransmits, in order. */
  events: EventLine[];
}

/** A namespace that sends, and one at the other end of a cable. */
function cabled(t: TestContext): [near: Namespace, far: Namespace] {
  const both = [createNamespace(t), createNamespace(t)] as const;
  connectNamespaces(...both);
  return [...both];
}

function filter(namespace: Namespace, hook: string, rule: string): void {
  runIn(namespace, 'nft', `table inet t { chain c { type filter hook ${hook} priority 0; ${rule}; }; }`);
}

/** Packets of the rule that drops. */
function counted(namespace: Namespace): number {
  return Number(/counter packets (\d+)/.exec(runIn(namespace, 'nft', 'list', 'table', 'inet', 't'))?.[1]);
}

/**
 * Writes so often so many bytes to the far namespace, `disturbed` meanwhile, and waits until all has come.
 * What is told of it, as the connection closes.
 */
async function send(
  t: TestContext,
  [near, far]: readonly [Namespace, Namespace],
  disturb: (port: number) => void,
  { times = TIMES, bytes = BYTES, pauseMs = PAUSE_MS } = {},
): Promise<Told> {
  const sink = startPythonWithin(t, far.within, 'sink', '192.0.2.2', 65_536, 0);
  const port = await sink.tells(0);
  const start = (...more: string[]) =>
    startNettop(t, ['connections', '--json', '--interval', '100ms', '--netns', near.name, ...more]);
  const [rows, events] = [start(), start('--events')];
  await showSign(near, () => rows.connections.length > 0 && events.events.length > 0);
  const writer = startPythonWithin(t, near.within, 'write', '192.0.2.2', port, times, bytes, pauseMs);
  const from = await writer.tells(0);
  disturb(port);
  writer.goOn();
  const sent = await writer.tells(1, 30_000);
  const row = await rows.until('all that was sent, acknowledged', () => {
    const last = rows.connections.findLast(({ localPort }) => localPort === from);
    return last?.transmitBytes === sent && last.tcp?.sendQueueBytes === 0 ? last : undefined;
  });
  await rows.end();
  await events.end();
  const again = events.events.filter(({ event, localPort }) => event === 'retransmit' && localPort === from);
  return { row, events: again };
}

const figures = ({ retransmits, retransmitsLocal, retransmitsPath, segmentsDropped }: ConnectionLine) => ({
  retransmits,
  retransmitsLocal,
  retransmitsPath,
  segmentsDropped,
});

test(
  'what nftables refuses on its way out is no retransmit: the segments that were dropped are counted',
  live(
    async (t) => {
      const [near, far] = cabled(t);
      const { row, events } = await send(t, [near, far], (port) =>
        filter(near, 'output', `tcp dport ${port} meta length > 500 numgen inc mod 3 == 1 counter drop`),
      );
      assert.ok(counted(near) > 2);
      assert.deepEqual(figures(row), {
        retransmits: 0,
        retransmitsLocal: 0,
        retransmitsPath: 0,
        segmentsDropped: counted(near),
      });
      assert.deepEqual(events, []);
      const { reason, netns, acknowledgment } = row.drop ?? assert.fail('no drop');
      assert.deepEqual([reason, netns, acknowledgment], ['NETFILTER_DROP', inode(near), false]);
    },
    ['python3', 'nft'],
  ),
);

test(
  'what nftables drops in another network namespace of this machine is dropped here, and there',
  live(
    async (t) => {
      const [near, far] = cabled(t);
      const { row, events } = await send(t, [near, far], (port) =>
        filter(far, 'input', `tcp dport ${port} meta length > 500 numgen inc mod 3 == 1 counter drop`),
      );
      const dropped = counted(far);
      assert.ok(dropped > 2);
      assert.deepEqual(figures(row), {
        retransmits: dropped,
        retransmitsLocal: dropped,
        retransmitsPath: 0,
        segmentsDropped: 0, // it had left its socket's hands
      });
      assert.equal(events.length, dropped);
      for (const { fault, drop } of events) {
        assert.deepEqual(
          [fault, drop?.reason, drop?.netns, drop?.netnsName, drop?.interface],
          ['local', 'NETFILTER_DROP', inode(far), far.name, 'cable'],
        );
        assert.match(drop?.place ?? '', /^nf_hook_slow\+0x|^nft_do_chain\+0x/);
      }
    },
    ['python3', 'nft'],
  ),
);

test(
  'a full queue: so many as its discipline counts, with the interface and the discipline',
  live(
    async (t) => {
      const [near, far] = cabled(t);
      const { row, events } = await send(
        t,
        [near, far],
        () => runIn(near, ...'tc qdisc add dev cable root tbf rate 4mbit burst 4000 limit 9000'.split(' ')),
        { times: 4, bytes: 40_000, pauseMs: 200 },
      );
      const dropped = Number(
        /dropped (\d+)/.exec(runIn(near, 'tc', '-s', 'qdisc', 'show', 'dev', 'cable'))?.[1],
      );
      assert.ok(row.retransmits > 0 && dropped > 0);
      assert.equal(row.segmentsDropped, dropped);
      const [local, path, all] = [row.retransmitsLocal ?? 0, row.retransmitsPath ?? 0, row.retransmits];
      assert.ok(path < 0.05 * all, `${path} of ${all}: an acknowledgment may be late`);
      assert.ok(local > 0.6 * all && local <= all, `${local} of ${all}`);
      const found = events.flatMap(({ fault, drop }) => (fault === 'local' && drop ? [drop] : []));
      const places = found.map(({ interface: device, netns }) => [device, netns]);
      assert.deepEqual(places, Array(found.length).fill(['cable', inode(near)]));
      const byQueue = found.filter(({ reason, qdisc }) => reason === 'QDISC_DROP' && qdisc === 'tbf');
      // of a segment that it cut up and then took nothing of, tbf gives no reason: the place tells
      const whole = found.filter(
        (drop) => drop.reason === 'NOT_SPECIFIED' && /^tbf_enqueue/.test(drop.place ?? ''),
      );
      assert.ok(byQueue.length > 0);
      assert.equal(byQueue.length + whole.length, found.length);
    },
    ['python3', 'tc'],
  ),
);

test(
  'what is lost beyond this kernel is the path’s',
  live(
    async (t) => {
      const both = [createNamespace(t), createNamespace(t)] as const;
      const wire: Python = startPythonWithin(t, [], 'wire', both[0].name, both[1].name, 3);
      await wire.tells(0);
      const { row, events } = await send(t, both, () => {});
      wire.goOn();
      const lost = await wire.tells(1);
      assert.equal(lost, TIMES / 3);
      assert.deepEqual(figures(row), {
        retransmits: lost,
        retransmitsLocal: 0,
        retransmitsPath: lost,
        segmentsDropped: 0,
      });
      assert.deepEqual(
        events.map(({ fault, drop }) => [fault, drop]),
        Array(lost).fill(['path', null]),
      );
    },
    ['python3'],
  ),
);

test(
  'acknowledgments that nftables drops here are what was sent again for',
  live(
    async (t) => {
      const both = cabled(t);
      const [near] = both;
      const { row, events } = await send(
        t,
        both,
        (port) => filter(near, 'input', `tcp sport ${port} numgen inc mod 4 != 3 counter drop`),
        { times: 6, bytes: BYTES, pauseMs: 1500 },
      );
      assert.ok(counted(near) > 2 && row.retransmits > 0);
      assert.deepEqual([row.retransmitsLocal, row.retransmitsPath], [row.retransmits, 0]);
      for (const { fault, drop } of events)
        assert.deepEqual(
          [fault, drop?.reason, drop?.acknowledgment, drop?.netns],
          ['local', 'NETFILTER_DROP', true, inode(near)],
        );
    },
    ['python3', 'nft'],
  ),
);

test(
  'what lies in the queues of sockets as they close is no drop, and takes no room from what is one',
  live(
    async (t) => {
      const near = createNamespace(t);
      const nettop = startNettop(t, ['connections', '--json', '--interval', '100ms', '--netns', near.name]);
      await showSign(near, () => nettop.connections.length > 0);
      assert.equal(trouble(near, 'closers', '127.0.0.1', 9001, 100, 1), 100);
      // a FIN that comes when the close is half over is taken by what is left of the socket, which frees it as a drop
      assert.ok(dropsKept(nettop.pid, inode(near)) < 50);
      await nettop.end();
    },
    ['python3', 'bpftool'],
  ),
);
