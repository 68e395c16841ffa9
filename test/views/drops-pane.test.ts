import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterLosses } from '../../src/capture/ledger/counter-losses.ts';
import type { DropCount, DropKey, LastDrop } from '../../src/capture/records/drop-record.ts';
import type { KernelFilter } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { PROTOCOLS } from '../../src/filter/words.ts';
import type { DropCounts } from '../../src/views/drops/drop-feed.ts';
import { DropsPane } from '../../src/views/drops/drops-pane.ts';
import { machineOf } from '../fixtures/machine.ts';

const MAPPED = 0xffff;
const address = (last: number): [number, number, number, number] => [0, 0, MAPPED, 0x0a000000 + last];

function lastDrop(overrides: Partial<LastDrop> = {}): LastDrop {
  return {
    atNs: 1e9,
    cookie: 5,
    source: address(1),
    destination: address(2),
    sequence: 7,
    acknowledgment: 8,
    length: 60,
    sourcePort: 4000,
    destinationPort: 9,
    icmpId: 0,
    etherType: 0x0800,
    family: 4,
    protocol: PROTOCOLS.udp,
    tcpFlags: 0,
    status: 0,
    ...overrides,
  };
}

interface Counted {
  key?: Partial<DropKey>;
  count: number;
  stack?: number;
  last?: LastDrop | null;
}

/** A kernel without one: what it was told, and what it is said to have counted. */
class FakeCounter implements DropCounts {
  readonly told: string[] = [];
  counted: Record<string, Counted> = {};
  lostDrops = 0;

  restart(filter: KernelFilter): void {
    this.told.push(`restart with ${filter.steps.length} steps`);
    this.counted = {};
  }
  start(): void {
    this.told.push('start');
  }
  tellRules(isWanted: boolean): void {
    this.told.push(isWanted ? 'rules' : 'no rules');
  }
  pause(): void {
    this.told.push('pause');
  }
  stop(): void {
    this.told.push('stop');
  }
  lost(): number {
    return this.lostDrops;
  }
  stack({ stack }: DropCount): bigint[] {
    return stack === 0 ? [] : [1n, 2n, 100n, 50n];
  }
  sweep(visit: (id: string, key: DropKey, drop: DropCount, last: LastDrop | null) => void): void {
    for (const [id, { key, count, stack = 0, last = lastDrop() }] of Object.entries(this.counted)) {
      const whole = {
        place: 100n,
        reason: 3,
        interface: 2,
        netns: 0,
        pid: 0,
        generation: 1,
        traits: 0,
        rule: 0,
        table: 0,
        ...key,
      };
      visit(id, whole, { count, bytes: count * 60, stack }, last);
    }
  }
}

const BY_RATE = { sort: 'perSecond', descending: true, rows: 10, cursor: null };

/** A pane whose time is moved by hand: seconds since it was made. */
function pane() {
  const counter = new FakeCounter();
  const clock = { seconds: 0 };
  const reads: number[] = [];
  const namespaces = {
    now: new Map(),
    before: new Map(),
    restart: () => {},
    tick: () => reads.push(clock.seconds),
  };
  const names = {
    epochUs: 0,
    interface: (index: number) => `eth${index}`,
    netns: () => null,
    process: (pid: number) => `p${pid}`,
    reason: (reason: number) => (reason === 0 ? null : `R${reason}`),
    place: (place: bigint) => `f${place}+0x1`,
  };
  const drops = new DropsPane(
    counter,
    new CounterLosses({ found: new Map() }, namespaces),
    names,
    machineOf({ interfaceIndex: () => 2, nowNs: () => clock.seconds * 1e9 }),
  );
  const tick = (seconds: number) => {
    clock.seconds = seconds;
    drops.tick(seconds * 1e9);
  };
  const rows = (sort = BY_RATE.sort, descending = true) =>
    drops.view({ ...BY_RATE, sort, descending }).rows.map(({ key, count }) => `${key} ${count}`);
  return { counter, drops, tick, rows, reads };
}

test('a row: names, rate over the last tick, history, newest packet', () => {
  const { counter, drops, tick } = pane();
  drops.show(true);
  counter.counted = { a: { count: 10, key: { pid: 7 } } };
  tick(2);
  counter.counted = { a: { count: 13, key: { pid: 7 } } };
  tick(3);
  const { rows, ...more } = drops.view(BY_RATE);
  assert.deepEqual(rows, [
    {
      key: 'a',
      reason: 'R3',
      place: 'f100+0x1',
      countedBy: 'packet',
      isLoss: true,
      finding: null,
      rule: null,
      interface: 'eth2',
      netns: null,
      netnsName: null,
      pid: 7,
      process: 'p7',
      perSecond: 3,
      count: 13,
      bytes: 780,
      history: [5, 3],
      last: {
        timeUs: 1_000_000,
        ageSeconds: 2,
        protocol: 'udp',
        source: '10.0.0.1',
        destination: '10.0.0.2',
        sourcePort: 4000,
        destinationPort: 9,
        sequence: null,
        acknowledgment: null,
        flags: [],
        length: 60,
      },
    },
  ]);
  const view = { total: 1, first: 0, selected: null, selectedKey: null };
  assert.deepEqual(more, { ...view, sinceSeconds: 3, perSecond: 3, lost: 0, filterPlace: 'none' });
});

test('packets that are not IP, or whose ports cannot be read, say what they are', () => {
  const { counter, drops, tick } = pane();
  drops.show(true);
  counter.counted = {
    arp: { count: 5, last: lastDrop({ family: 0, etherType: 0x0806 }) },
    lldp: { count: 4, last: lastDrop({ family: 0, etherType: 0x88cc }) },
    fragment: { count: 3, last: lastDrop({ status: 2 }) },
    gre: { count: 2, last: lastDrop({ protocol: 47 }) },
    hidden: { count: 1.5, last: lastDrop({ status: 1 | 16 }) },
    none: { count: 1, last: null },
  };
  tick(1);
  assert.deepEqual(
    drops.view(BY_RATE).rows.map(({ key, last }) => [key, last?.protocol, last?.source, last?.sourcePort]),
    [
      ['arp', 'arp', '', null],
      ['lldp', 'ether-88cc', '', null],
      ['fragment', 'udp', '10.0.0.1', null],
      ['gre', '47', '10.0.0.1', null],
      ['hidden', '', '', null],
      ['none', undefined, undefined, undefined],
    ],
  );
});

test('it stands in the kernel only while it is open; opening and a filter begin anew, a reset takes away', () => {
  const { counter, drops, tick, rows } = pane();
  drops.setFilter(parseFilter('port 9'));
  tick(1);
  drops.resetTotals();
  assert.deepEqual(counter.told, [], 'nobody looks');
  drops.show(true);
  drops.show(true);
  counter.counted = { a: { count: 10 } };
  tick(2);
  assert.deepEqual(rows(), ['a 10']);
  counter.lostDrops = 2;
  drops.resetTotals();
  const about = () => {
    const { sinceSeconds, lost, total } = drops.view(BY_RATE);
    return { sinceSeconds, lost, total };
  };
  assert.deepEqual([rows(), about(), drops.inspect('a')], [[], { sinceSeconds: 0, lost: 0, total: 0 }, null]);
  counter.counted = { a: { count: 14 }, b: { count: 1 } };
  counter.lostDrops = 5;
  tick(3);
  assert.deepEqual([rows('count'), about()], [['a 4', 'b 1'], { sinceSeconds: 1, lost: 3, total: 2 }]);
  const opened = drops.inspect('a');
  assert.deepEqual(opened?.pane === 'drops' && [opened.row.count, opened.row.bytes], [4, 240]);
  drops.restoreTotals();
  assert.deepEqual([rows('count'), about()], [['a 14', 'b 1'], { sinceSeconds: 2, lost: 5, total: 2 }]);
  drops.resetTotals();
  drops.setFilter(null);
  drops.restoreTotals();
  assert.deepEqual(rows(), []);
  drops.show(false);
  drops.stop();
  assert.deepEqual(counter.told, [
    'rules',
    'start',
    'restart with 2 steps',
    'restart with 0 steps',
    'no rules',
    'pause',
    'stop',
  ]);
});

test('while nobody looks at its rows drops are counted without their rules, and the counters of namespaces read every two seconds', () => {
  const { counter, drops, tick, rows, reads } = pane();
  drops.show(true, false);
  for (const seconds of [1, 2, 3, 4]) {
    counter.counted = { a: { count: seconds } };
    tick(seconds);
  }
  assert.deepEqual([reads, rows()], [[2, 4], ['a 4']]);
  drops.show(true, true);
  tick(5);
  drops.show(true, false);
  tick(6);
  drops.tick(6.5e9, 0, true);
  assert.deepEqual(
    [reads, counter.told],
    [
      [2, 4, 5, 6],
      ['start', 'restart with 0 steps', 'rules', 'no rules'],
    ],
  );
});

test('what the kernel cannot tell is told by the newest packet, and the title says so', () => {
  const { counter, drops, tick, rows } = pane();
  drops.show(true);
  const filtered = (text: string) => {
    drops.setFilter(parseFilter(text));
    counter.counted = {
      a: { count: 3, key: { pid: 1 } },
      b: { count: 2, key: { pid: 2, interface: 3 } },
      c: { count: 1, last: null },
    };
    tick(1);
    return [rows(), drops.view(BY_RATE).filterPlace];
  };
  assert.deepEqual(filtered('process p2'), [['b 2'], 'kernel and user space']);
  assert.deepEqual(filtered('iface eth2'), [['a 3', 'c 1'], 'kernel and user space']);
  assert.deepEqual(filtered('port 9'), [['a 3', 'b 2', 'c 1'], 'kernel']);
});

test('sorts, and equal rows by their count', () => {
  const { counter, drops, tick, rows } = pane();
  drops.show(true);
  const first = { a: { count: 1 }, b: { count: 9 }, c: { count: 5 } };
  counter.counted = first;
  tick(1);
  counter.counted = {
    a: { count: 4, key: { reason: 0 }, last: lastDrop({ atNs: 3 }) },
    b: { count: 9, key: { reason: 2, place: 7n }, last: lastDrop({ atNs: 5 }) },
    c: { count: 5, key: { reason: 1, place: 8n }, last: lastDrop({ atNs: 4 }) },
  };
  tick(2);
  assert.deepEqual(rows(), ['a 4', 'b 9', 'c 5']);
  assert.deepEqual(rows('count'), ['b 9', 'c 5', 'a 4']);
  assert.deepEqual(rows('age', false), ['b 9', 'c 5', 'a 4']);
  assert.deepEqual(rows('reason', false), ['a 4', 'c 5', 'b 9']);
  assert.deepEqual(rows('place', false), ['a 4', 'b 9', 'c 5']);
});

test('the stack begins with the place of the drop', () => {
  const { counter, drops, tick } = pane();
  drops.show(true);
  counter.counted = { a: { count: 1, stack: 1 }, b: { count: 1, stack: 0 } };
  tick(1);
  const stackOf = (key: string) => {
    const inspection = drops.inspect(key);
    return inspection?.pane === 'drops' ? inspection.stack.length : null;
  };
  assert.deepEqual([stackOf('a'), stackOf('b'), stackOf('gone')], [2, 0, null]);
});

test('drops that found no room are told', () => {
  const { counter, drops } = pane();
  drops.show(true);
  counter.lostDrops = 12;
  assert.equal(drops.view(BY_RATE).lost, 12);
});
