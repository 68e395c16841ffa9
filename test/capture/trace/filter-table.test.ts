import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FilterTable } from '../../../src/capture/trace/filter-table.ts';
import {
  ACCEPT,
  compileFilter,
  type KernelFilter,
  MOST_STEPS,
  REJECT,
  type Step,
} from '../../../src/filter/compile.ts';
import { parseFilter } from '../../../src/filter/parser.ts';
import { btfOf } from '../../fixtures/bpf.ts';

const btf = btfOf('trace');
const control = btf.layout('control');
const filter = btf.layout('filter');
const step = btf.layout('filter_step');
const [slots, steps] = [8, MOST_STEPS];

/** A number in struct control, by the way to it. */
interface Place {
  path: string;
  offset: number;
  size: number;
}

function filterPlaces(slot: number, base: number): Place[] {
  return filter.members.flatMap(({ name, offset, size }) => {
    const path = `filters[${slot}].${name}`;
    if (name !== 'steps') return [{ path, offset: base + offset, size }];
    return Array.from({ length: steps }, (_, index) =>
      step.members.map((member) => ({
        path: `${path}[${index}].${member.name}`,
        offset: base + offset + index * step.size + member.offset,
        size: member.size,
      })),
    ).flat();
  });
}

const places: Place[] = control.members.flatMap(({ name, offset, size }) =>
  name === 'filters'
    ? Array.from({ length: slots }, (_, slot) => filterPlaces(slot, offset + slot * filter.size)).flat()
    : [{ path: name, offset, size }],
);

/** A table over memory of its own, and what in the memory is not 0. */
function openTable() {
  const memory = new ArrayBuffer(control.size);
  let unmapped = 0;
  const table = new FilterTable({ memory, unmap: () => ++unmapped }, btf);
  const bytes = Buffer.from(memory);
  const nonZero = (): Record<string, number> =>
    Object.fromEntries(
      places
        .map(({ path, offset, size }): [string, number] => [
          path,
          size === 8 ? Number(bytes.readBigUInt64LE(offset)) : bytes.readUIntLE(offset, size),
        ])
        .filter(([, value]) => value !== 0),
    );
  return { table, nonZero, unmaps: () => unmapped };
}

const nothing: Step = { word: 0, mask: 0, low: 0, high: 0, yes: 0, no: 0 };

function tableOf(...given: Partial<Step>[]): KernelFilter {
  return {
    steps: given.map((some) => ({ ...nothing, ...some })),
    exact: true,
    needsOwner: false,
    perEvent: false,
  };
}

test('the places are all of struct control', () => {
  assert.deepEqual(
    [places.length, places.reduce((sum, { size }) => sum + size, 0)],
    [4 + slots * (3 + steps * 6), control.size],
  );
});

test('each number of a step is the member of that name', () => {
  const names = Object.keys(nothing) as (keyof Step)[];
  for (const name of names) {
    const value = name === 'yes' || name === 'no' ? 0xabcd : 0xabcdef01;
    const { table, nonZero } = openTable();
    table.set(tableOf({}, { [name]: value }));
    assert.deepEqual(nonZero(), {
      generation: 1,
      'filters[1].count': 2,
      [`filters[1].steps[1].${name}`]: value,
    });
  }
});

test('drop and reason are asked of each event, all else of a packet once', () => {
  const perEvent = (filter: string) => {
    const { table, nonZero } = openTable();
    table.set(compileFilter(parseFilter(filter), () => null));
    return nonZero()['filters[1].per_event'] ?? 0;
  };
  assert.deepEqual(['drop', 'port 80 and not drop', 'port 80', 'len > 100'].map(perEvent), [1, 1, 0, 0]);
});

test('a longest filter ends where its slot ends', () => {
  const { table, nonZero } = openTable();
  table.set(tableOf(...Array.from({ length: steps }, () => ({})).slice(1), { no: REJECT }));
  assert.deepEqual(nonZero(), {
    generation: 1,
    'filters[1].count': steps,
    [`filters[1].steps[${steps - 1}].no`]: REJECT,
  });
});

test('gate and rate limit', () => {
  const { table, nonZero } = openTable();
  const seen = [
    () => table.setReady('all'),
    () => table.setRate(10_000),
    () => table.setRate(2000),
    () => table.setRate(3),
    () => table.setRate(0),
    () => table.setReady('counters'),
    () => table.setReady('none'),
  ].map((act) => {
    act();
    return nonZero();
  });
  assert.deepEqual(seen, [
    { ready: 1 },
    { ready: 1, packet_ns: 100_000, burst_ns: 100_000_000 },
    { ready: 1, packet_ns: 500_000, burst_ns: 500_000_000 },
    { ready: 1, packet_ns: 333_333_333, burst_ns: 1_000_000_000 },
    { ready: 1 },
    { ready: 2 },
    {},
  ]);
});

test('filters go round the slots; one that is read is not written', () => {
  const { table, nonZero } = openTable();
  const generations = Array.from({ length: slots + 1 }, (_, index) => {
    table.set({ ...tableOf(), needsOwner: index % 2 === 0 });
    return [table.generation, ...Object.keys(nonZero()).slice(1)];
  });
  const needs = (slot: number): string => `filters[${slot}].needs_owner`;
  assert.deepEqual(generations.slice(-3), [
    [7, needs(1), needs(3), needs(5), needs(7)],
    [8, needs(1), needs(3), needs(5), needs(7)],
    [9, needs(1), needs(3), needs(5), needs(7)],
  ]);
});

test('a shorter filter after a longer one counts its own steps alone', () => {
  const { table, nonZero } = openTable();
  table.set(tableOf({ word: 1 }, { word: 2 }));
  for (let turn = 0; turn < slots; turn++) table.set(tableOf());
  assert.equal(nonZero()['filters[1].count'], undefined);
});

test('a filter as the kernel finds it', () => {
  const { table, nonZero } = openTable();
  table.set(compileFilter(parseFilter('tcp and pid 4711'), () => null));
  assert.deepEqual(nonZero(), {
    generation: 1,
    'filters[1].count': 2,
    'filters[1].needs_owner': 1,
    'filters[1].steps[0].mask': 0xffffffff,
    'filters[1].steps[0].low': 6,
    'filters[1].steps[0].high': 6,
    'filters[1].steps[0].yes': 1,
    'filters[1].steps[0].no': REJECT,
    'filters[1].steps[1].word': 14,
    'filters[1].steps[1].mask': 0xffffffff,
    'filters[1].steps[1].low': 4711,
    'filters[1].steps[1].high': 4711,
    'filters[1].steps[1].yes': ACCEPT,
    'filters[1].steps[1].no': REJECT,
  });
});

test('the memory is given back once', () => {
  const { table, unmaps } = openTable();
  table.close();
  assert.equal(unmaps(), 1);
});
