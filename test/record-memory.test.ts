import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SweepMemory } from '../src/capture/sockets/record-memory.ts';
import { RecordLayout, SocketRecord } from '../src/capture/sockets/socket-record.ts';
import { btfOf, bytesOfStruct } from './fixtures/bpf.ts';

const accounting = btfOf('accounting');
const layout = new RecordLayout(accounting, 250);

type Shown = readonly [cookie: number, mss: number, mini?: number];

/** What a sweep is, read from a file: the cookies and segment sizes of what is visited, and what is gone. */
function sweeps(t: TestContext, memory = new SweepMemory(layout, 2)): (...records: Shown[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'records');
  return (...records) => {
    const bytes = records.map(([cookie, mss, mini = 0]) =>
      bytesOfStruct(accounting.layout('socket_record'), { cookie, mss, mini }),
    );
    writeFileSync(path, Buffer.concat(bytes));
    const visited: string[] = [];
    const fd = openSync(path, 'r');
    const record = new SocketRecord(layout);
    memory.read(fd, (place) => {
      const { cookie, mss } = record.point(memory, place);
      visited.push(`${cookie}:${mss}`);
    });
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
