import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Capture } from '../../src/capture/capture.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { EVENT_KINDS, type EventCounts, type EventKind, type EventRow } from '../../src/model/model.ts';
import { questionOf } from '../fixtures/question.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { counter, inode, runIn, SIGN_PORT, showSign } from './namespace-facts.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { EventLine } from './rows.ts';

const ENETUNREACH = 101;
const MANY = 2000;
const BYTES = 300;

function start(t: TestContext, namespace: Namespace | null): Nettop {
  const filter = namespace ? ['--netns', namespace.name] : [];
  return startNettop(t, ['connections', '--events', '--json', '--interval', '100ms', ...filter]);
}

/** How many events there are of each kind. */
function countKinds(events: readonly { event: EventKind }[]): EventCounts {
  const counts = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as EventCounts;
  for (const { event } of events) counts[event]++;
  return counts;
}

function plus(one: EventCounts, other: EventCounts): EventCounts {
  return Object.fromEntries(EVENT_KINDS.map((kind) => [kind, one[kind] + other[kind]])) as EventCounts;
}

const ready = (nettop: Nettop, namespace: Namespace): Promise<void> =>
  showSign(namespace, () => nettop.events.length > 0);

/** Without those that only showed that nettop is there. */
const told = ({ events }: Nettop): EventLine[] =>
  events.filter(({ localPort, remotePort }) => localPort !== SIGN_PORT && remotePort !== SIGN_PORT);

test(
  'a connection that is accepted late: the time is that of the call',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const both = startPythonWithin(t, namespace.within, 'tardy', '127.0.0.1', 300);
      const port = await both.tells(0);
      const nettop = start(t, namespace);
      await ready(nettop, namespace);
      both.goOn();
      const [atLeastUs, atMostUs] = [await both.tells(1), await both.tells(2)];
      const accept = await nettop.until('accept', () =>
        nettop.events.find(({ event, localPort }) => event === 'accept' && localPort === port),
      );
      await nettop.end();
      const { microseconds, atMost, pid, process, netns } = accept;
      assert.deepEqual(
        { atMost, pid, process, netns },
        { atMost: false, pid: both.pid, process: 'python3', netns: inode(namespace) },
      );
      assert.ok(microseconds !== null && microseconds >= atLeastUs && microseconds <= atMostUs);
    },
    ['python3'],
  ),
);

test(
  'a connect() without a route: the failure, with the kernel’s error',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const client = startPythonWithin(t, namespace.within, 'attempt', '192.0.2.9', 80);
      await client.tells(0);
      const nettop = start(t, namespace);
      await ready(nettop, namespace);
      client.goOn();
      assert.equal(await client.tells(1), ENETUNREACH);
      const failure = await nettop.until('the failure', () => told(nettop)[0]);
      await nettop.end();
      const { event, remoteAddress, remotePort, pid, process, cause, reason } = failure;
      assert.deepEqual(
        { event, remoteAddress, remotePort, pid, process, cause, reason },
        {
          event: 'failed',
          remoteAddress: '192.0.2.9',
          remotePort: 80,
          pid: client.pid,
          process: 'python3',
          cause: 'unreachable',
          reason: 'no route: ENETUNREACH',
        },
      );
      assert.equal(told(nettop).length, 1);
    },
    ['python3'],
  ),
);

test(
  'a SYN that is retransmitted, and a connection that times out',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      runIn(namespace, 'sysctl', '-qw', 'net.ipv4.tcp_syn_retries=1');
      runIn(
        namespace,
        'nft',
        'table inet t { chain c { type filter hook input priority 0; tcp dport 9 drop; }; }',
      );
      const client = startPythonWithin(t, namespace.within, 'attempt', '127.0.0.1', 9);
      await client.tells(0);
      const nettop = start(t, namespace);
      await ready(nettop, namespace);
      client.goOn();
      await nettop.until('the failure', () => told(nettop).some(({ event }) => event === 'failed'));
      await nettop.end();
      const again = counter(namespace, 'Tcp', 'RetransSegs');
      assert.ok(again > 0);
      assert.deepEqual(
        told(nettop).map(({ event, state, retransmits, cause }) => [event, state, retransmits, cause]),
        [
          ['connect', 'SYN_SENT', 0, null],
          ...Array.from({ length: again }, (_, nth) => ['retransmit', 'SYN_SENT', nth + 1, null]),
          ['failed', 'CLOSE', again, 'timed out'],
        ],
      );
    },
    ['python3', 'nft'],
  ),
);

/** The events of one socket in order, as one word each. */
function sequence(events: readonly EventLine[]): string {
  return events.map(({ event, state }) => (event === 'state' ? state : event)).join(' ');
}

test(
  `${MANY} short connections: none is missed, each with its totals; what is counted is what is told`,
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const both = startPythonWithin(t, namespace.within, 'short', '127.0.0.1', MANY, BYTES);
      const port = await both.tells(0);
      const nettop = start(t, null);
      await ready(nettop, namespace);
      both.goOn();
      assert.equal(await both.tells(1), MANY);
      await nettop.end();
      const totals = nettop.eventTotals ?? assert.fail('no totals');
      assert.deepEqual(totals.counted, plus(countKinds(nettop.events), totals.notTold));

      const sockets = new Map<number, EventLine[]>();
      const netns = inode(namespace);
      for (const event of told(nettop)) {
        if (event.netns !== netns || event.socket === null || event.remotePort === null) continue;
        sockets.set(event.socket, [...(sockets.get(event.socket) ?? []), event]);
      }
      const kinds = new Map<string, number>();
      for (const events of sockets.values()) {
        const { localPort, receiveBytes, transmitBytes } = events.at(-1) ?? assert.fail();
        const end = localPort === port ? 'server' : 'client';
        const kind = `${end}: ${sequence(events)}, received ${receiveBytes}, sent ${transmitBytes}`;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      assert.deepEqual(
        [...kinds].sort(),
        [
          [`client: connect established FIN_WAIT1 FIN_WAIT2 close, received 0, sent ${BYTES}`, MANY],
          [`server: SYN_RECV established accept CLOSE_WAIT LAST_ACK close, received ${BYTES}, sent 0`, MANY],
        ],
        `${totals.missed} missed`,
      );
    },
    ['python3'],
  ),
);

/** So many events have room in a page. */
const PAGE = 4096;

test(
  'a ring of one page: what is told and what found no room are what is counted',
  live(
    async (t) => {
      const options = { attach: 'tracepoint', rateLimit: 0, rawHeaders: false, kernelStack: false } as const;
      const capture = new Capture(
        { ...options, ringBytes: PAGE, eventBytes: PAGE, points: [] },
        new RunningMachine(),
      );
      t.after(() => capture.stop());
      capture.ask(questionOf({ views: { events: {} } }));
      const { within } = createNamespace(t);
      const both = startPythonWithin(t, within, 'short', '127.0.0.1', 100, BYTES);
      await both.tells(0);
      both.goOn();
      assert.equal(await both.tells(1), 100);
      const rows: EventRow[] = capture.take('events', 10_000);
      capture.finish();
      rows.push(...capture.take('events', 10_000));
      const { counted, notTold } = capture.answer().events ?? assert.fail('no events');
      assert.deepEqual(counted, plus(countKinds(rows), notTold));
      assert.ok(counted.connect >= 100 && notTold.connect > 0 && rows.length > 0);
    },
    ['python3'],
  ),
);
