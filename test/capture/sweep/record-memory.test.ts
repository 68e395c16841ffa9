import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RecordLayout, SocketRecord } from '../../../src/capture/records/socket-record.ts';
import { SweepMemory } from '../../../src/capture/sweep/record-memory.ts';
import { complete } from '../../../src/machine/work.ts';
import { btfOf, bytesOfStruct } from '../../fixtures/bpf.ts';

const accounting = btfOf('accounting');
const layout = new RecordLayout(accounting, 250);

/** A number alone is the cookie of a socket that is as it was. */
type Shown = number | readonly [cookie: number, mss: number, mini?: number];

function bytesOf(shown: Shown): Buffer {
  if (typeof shown !== 'number') {
    const [cookie, mss, mini = 0] = shown;
    return bytesOfStruct(accounting.layout('socket_record'), { cookie, mss, mini });
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(shown) | (1n << 63n));
  return bytes;
}

/** What a sweep is, read from a file: the cookies and segment sizes of what is visited, and what is gone. */
function sweeps(t: TestContext, memory = new SweepMemory(layout, 2)): (...records: Shown[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'records');
  return (...records) => {
    writeFileSync(path, Buffer.concat(records.map(bytesOf)));
    const visited: string[] = [];
    const fd = openSync(path, 'r');
    const record = new SocketRecord(layout);
    const read = memory.read(fd, (place) => {
      const { cookie, mss } = record.point(memory, place);
      visited.push(`${cookie}:${mss}`);
    });
    complete(read);
    closeSync(fd);
    const gone: number[] = [];
    memory.forget((cookie) => gone.push(cookie));
    return [...visited, ...gone.map((cookie) => `-${cookie}`)].join(' ');
  };
}

test('a record is visited when it is new or changed, and once more when it stands still', (t) => {
  const sweep = sweeps(t);
  assert.deepEqual(
    [
      sweep([1, 10], [2, 20], [3, 30]),
      sweep([3, 30], [1, 10], [2, 20]),
      sweep([1, 10], [2, 21], [3, 30]),
      sweep([1, 10], [2, 21], [3, 30]),
      sweep([1, 10], [2, 21], [3, 30]),
    ],
    ['1:10 2:20 3:30', '3:30 1:10 2:20', '2:21', '2:21', ''],
  );
});

test('what is shown twice in a sweep is visited twice if it changed meanwhile', (t) => {
  const sweep = sweeps(t);
  assert.deepEqual([sweep([1, 10], [1, 10]), sweep([1, 11], [1, 12])], ['1:10', '1:11 1:12']);
});

test('what is gone is told once; its place serves another, its cookie may come again', (t) => {
  const sweep = sweeps(t);
  assert.deepEqual(
    [sweep([1, 10], [2, 20]), sweep([2, 20]), sweep([2, 20], [3, 0]), sweep([1, 10]), sweep(), sweep()],
    ['1:10 2:20', '2:20 -1', '3:0', '1:10 -3 -2', '-1', ''],
  );
});

test('requests and time-wait sockets are visited each time', (t) => {
  const sweep = sweeps(t);
  assert.deepEqual([sweep([1, 0, 1]), sweep([1, 0, 1]), sweep([1, 0, 1])], ['1:0', '1:0', '1:0']);
});

test('figures that are held follow their socket, however many come', (t) => {
  const memory = new SweepMemory(layout, 2);
  const sweep = sweeps(t, memory);
  sweep([1, 10]);
  const record = new SocketRecord(layout).point(memory, 0);
  sweep(...Array.from({ length: 3000 }, (_, at) => [3000 - at, at] as const));
  assert.equal(record.mss, 2999);
});

test('a socket that is as it was is visited once more, and is not gone; one that is not known asks for all', (t) => {
  const memory = new SweepMemory(layout, 2);
  const sweep = sweeps(t, memory);
  const huge = 2 ** 48 - 1;
  assert.deepEqual(
    [
      sweep([1, 10], [huge, 20], [3, 30]),
      sweep(huge, 1, [3, 31]),
      sweep(1, huge, 3),
      sweep(1, huge),
      sweep(1),
    ],
    ['1:10 281474976710655:20 3:30', '281474976710655:20 1:10 3:31', '3:31', '-3', '-281474976710655'],
  );
  assert.equal(memory.isIncomplete, false);
  assert.deepEqual([sweep(1, 4), memory.isIncomplete], ['', true]);
  assert.deepEqual([sweep([1, 10], [4, 40]), memory.isIncomplete], ['4:40', false]);
});

test('a sweep that is longer than a piece: no record is cut', (t) => {
  const sweep = sweeps(t);
  const cookies = Array.from({ length: 40_000 }, (_, at) => at + 1);
  assert.equal(sweep(...cookies.map((cookie) => [cookie, cookie] as const)).split(' ').length, 40_000);
  assert.equal(sweep(...cookies).split(' ').length, 40_000);
  assert.equal(
    sweep(...cookies.map((cookie) => (cookie % 7 ? cookie : ([cookie, 0] as const)))).split(' ').length,
    5714,
  );
});
