import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Settled, sumFigures, Unchanged } from '../../../src/capture/ledger/wire-samples.ts';
import type { WireSample } from '../../../src/capture/records/wire-record.ts';
import type { WireCount } from '../../../src/model/wire.ts';
import { wireCount, wireFigures } from '../../fixtures/wire.ts';

const sample = (pid: number, packets: number): WireSample => ({
  owner: { pid, startNs: 1, uid: 0, comm: 'x' },
  cause: 'other',
  netns: 1,
  interface: 2,
  protocol: 'tcp',
  stacked: false,
  frames: wireCount(packets),
  buffers: wireCount(packets),
});

test('what left the kernel is summed up; beyond the bound the oldest is forgotten, and told', () => {
  const forgotten: WireCount[] = [];
  const settled = new Settled(2, (frames) => forgotten.push(frames));
  for (const [pid, packets] of [
    [1, 2],
    [2, 4],
    [1, 6],
    [3, 8],
  ] as const)
    settled.add(sample(pid, packets));
  const left: [number | undefined, number][] = [];
  settled.forEach(({ owner, frames }) => {
    left.push([owner?.pid, frames.rxPackets]);
  });
  assert.deepEqual(left, [
    [2, 4],
    [3, 8],
  ]);
  assert.deepEqual(forgotten, [wireCount(8)]);
});

test('an entry is unchanged since it last had another value', () => {
  const unchanged = new Unchanged();
  const at = (value: number, nowNs: number) => unchanged.sinceNs('key', Buffer.of(value), nowNs);
  assert.deepEqual([at(1, 10), at(1, 20), at(2, 30), at(2, 40)], [10, 10, 30, 30]);
  unchanged.forget('key');
  assert.equal(at(2, 50), 50);
});

test('a group moves what its processes move; without any there is nothing to tell', () => {
  const sum = sumFigures([wireFigures(10), wireFigures(20)]);
  assert.deepEqual(
    [sumFigures([]), sum?.rxPackets, sum?.protocols.tcp.rxPackets, sum?.rxRate],
    [null, 30, 18, 3000],
  );
});
