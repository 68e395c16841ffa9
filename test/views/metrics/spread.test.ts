import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newProcess, type Process } from '../../../src/capture/ledger/process.ts';
import { FAMILIES } from '../../../src/model/metrics/families.ts';
import { MetricBook } from '../../../src/views/metrics/metric-book.ts';
import { Roster } from '../../../src/views/metrics/roster.ts';
import { type Moved, Spread } from '../../../src/views/metrics/spread.ts';

const SECOND = 1e9;

function world(top: number, nameOf: (process: Process) => string | null = ({ process }) => process) {
  const book = new MetricBook(top);
  const [received, transmitted] = [book.of('processReceived'), book.of('processTransmitted')];
  const spread = new Spread({ received, transmitted, roster: book.roster('process'), nameOf });
  const processes = new Set<Process>();
  const forgotten: Moved = { rx: 0, tx: 0 };
  let pid = 1;
  return {
    book,
    forgotten,
    processes,
    add(name: string, rxBytes = 0): Process {
      const made = newProcess(String(pid), { pid: pid++, startNs: 1, uid: 0, process: name }, 0);
      made.rxBytes = rxBytes;
      processes.add(made);
      return made;
    },
    tick(seconds: number): Record<string, number> {
      book.tick(seconds * SECOND);
      const whole = { ...forgotten };
      for (const { rxBytes, txBytes } of processes) {
        whole.rx += rxBytes;
        whole.tx += txBytes;
      }
      spread.tick(processes, whole);
      return Object.fromEntries(received.series().map(({ labels: [name], value }) => [name, value]));
    },
  };
}

test('processes of one name are one series', () => {
  const { add, tick } = world(2);
  add('a', 5);
  add('a', 7);
  assert.deepEqual(tick(1), { a: 12, other: 0 });
});

test('what has no place is among the others, and together they are the whole', () => {
  const { add, tick } = world(2);
  for (const name of ['a', 'b', 'c', 'd']) add(name, 10);
  assert.deepEqual(tick(1), { a: 10, b: 10, other: 20 });
});

test('a name whose sockets are gone for a minute goes to the others; its next bytes begin a series anew', () => {
  const { add, tick } = world(2);
  const a = add('a', 10);
  tick(1);
  assert.deepEqual(tick(60), { a: 10, other: 0 });
  assert.deepEqual(tick(62), { other: 10 });
  a.rxBytes += 3;
  assert.deepEqual(tick(63), { other: 10, a: 3 });
});

test('a name with an open socket keeps its series while it moves nothing', () => {
  const { add, tick } = world(2);
  add('a', 10).sockets.add({} as never);
  for (let seconds = 1; seconds < 200; seconds += 10) tick(seconds);
  assert.deepEqual(tick(200), { a: 10, other: 0 });
});

test('what a process moved after the last look before it was forgotten is among the others', () => {
  const { add, tick, processes, forgotten } = world(2);
  const a = add('a', 10);
  tick(1);
  a.rxBytes += 5;
  processes.delete(a);
  forgotten.rx += a.rxBytes;
  assert.deepEqual(tick(2), { a: 10, other: 5 });
});

test('bytes wait while the name is not known, and are nobody else’s', () => {
  let known: string | null = null;
  const { add, tick } = world(2, () => known);
  add('a', 10);
  assert.deepEqual(tick(1), { other: 0 });
  known = 'box';
  assert.deepEqual(tick(2), { other: 0, box: 10 });
});

test('no series falls where bytes are taken back, and what follows makes up for it', () => {
  const { add, tick } = world(2);
  const [a, b] = [add('a', 10), add('b', 0)];
  tick(1);
  a.rxBytes -= 4;
  b.rxBytes += 4;
  assert.deepEqual(tick(2), { a: 10, b: 4, other: 0 });
  a.rxBytes += 6;
  assert.deepEqual(tick(3), { a: 12, b: 4, other: 0 });
});

test('who moves much more than the least of those with a place takes it after a minute', () => {
  const { add, tick } = world(2);
  const [a, b, c] = [add('a', 10), add('b', 1000), add('c')];
  tick(100);
  for (const process of [a, b, c]) process.sockets.add({} as never);
  c.rxBytes = 500;
  assert.deepEqual(tick(110), { a: 10, b: 1000, other: 500 });
  c.rxBytes += 1;
  assert.deepEqual(tick(161), { b: 1000, other: 510, c: 1 });
});

test('however many names come, there are so many series and one more', () => {
  const { add, tick } = world(10);
  let whole = 0;
  for (let seconds = 1; seconds < 300; seconds++)
    for (let each = 0; each < 100; each++) whole += add(`p${seconds}.${each}`, 1 + each).rxBytes;
  const shown = tick(300);
  assert.ok(Object.keys(shown).length <= 11);
  assert.equal(
    Object.values(shown).reduce((sum, value) => sum + value),
    whole,
  );
});

test('a histogram’s buckets go to the others with its sum', () => {
  const book = new MetricBook(1);
  const sums = book.of('connectSeconds');
  sums.observe(['a'], 0.00025);
  sums.observe(['a'], 60);
  sums.observe(['other'], 0.00025);
  sums.fold(0, 'a');
  const [{ labels, value, buckets } = assert.fail()] = sums.series();
  assert.deepEqual([labels, value, buckets?.[1], buckets?.at(-1)], [['other'], 60.0005, 2, 1]);
  assert.equal(buckets?.length, (FAMILIES.connectSeconds.bounds?.length ?? 0) + 1);
});

test('a roster has a place for a name called other, which is that of the rest', () => {
  assert.equal(new Roster(5, () => {}).label('other', 1), 'other');
});
