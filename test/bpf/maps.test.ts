import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BpfMap } from '../../native/map.ts';
import { openObject } from '../fixtures/bpf.ts';
import { root } from '../fixtures/tool.ts';

/** Sizes that say nothing of how much is kept: a scratch, a number for all, what user space sets before the load. */
const SMALL = ['ONE', 'TWO', 'AS_NEEDED', 'POINTS', 'FIXED_RAW_HEADERS'];

interface Source {
  room: string;
  name: string;
  constant: string;
}

/** The maps as bpf/ declares them. */
const declared: Source[] = readdirSync(join(root, 'bpf'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.[ch]$/.test(path))
  .flatMap((path) => {
    const text = readFileSync(join(root, 'bpf', path), 'utf8');
    const maps = text.matchAll(/\nstruct \{\n((?:\t.*\n)+)\} (\w+) SEC\("\.maps"\)/g);
    return [...maps].flatMap(([, body = '', name = '']) => {
      const [, constant] = /max_entries, (.*?)\);/.exec(body) ?? [];
      return constant === undefined ? [] : [{ room: path.split('/')[0] ?? '', name, constant }];
    });
  });
const large = declared.filter(({ constant }) => !SMALL.includes(constant));

/** An object that has the room's maps. */
const objectOf = (room: string) => openObject(room === 'socket' ? 'accounting' : room);

function bytesOf({ keySize, valueSize, maxEntries }: BpfMap): number {
  return keySize === 0 ? maxEntries : maxEntries * (keySize + valueSize); // a ring's size is in bytes
}

/** Two digits at least: 14 kB, 3.7 MB. */
function rounded(bytes: number): string {
  const [unit, size] = bytes < 1e5 ? ['kB', bytes / 1e3] : ['MB', bytes / 1e6];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

test('each map has a size with a name', () => {
  const bare = declared.filter(({ constant }) => !/^[A-Z][A-Z_]+$/.test(constant));
  assert.deepEqual(bare, []);
  assert.ok(large.length > 20);
});

test('bpf/abi/sizes.h gives the bytes of each map', () => {
  const text = readFileSync(join(root, 'bpf/abi/sizes.h'), 'utf8');
  const told = Object.fromEntries(
    [...text.matchAll(/^\t\/\* ([\d.]+ [kM]B): .*\n\t(\w+) = /gm)].map(([, bytes = '', name = '']) => [
      name,
      bytes,
    ]),
  );
  const sizes = large.map(({ room, name, constant }) => [
    constant,
    rounded(bytesOf(objectOf(room).map(name))),
  ]);
  assert.deepEqual(told, Object.fromEntries(sizes));
});

test('docs/architecture.md has the entries and bytes of each map', () => {
  const section = readFileSync(join(root, 'docs/architecture.md'), 'utf8').split('\n## Memory')[1] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)` \| `(bpf\/\w+)` \| ([\d,]+|–) \| ([\d.]+ [kM]B) \|/gm)];
  const expected = large.map(({ room, name }) => {
    const map = objectOf(room).map(name);
    const entries = map.keySize === 0 ? '–' : map.maxEntries.toLocaleString('en');
    return [name, `bpf/${room}`, entries, rounded(bytesOf(map))].join(' | ');
  });
  assert.deepEqual(rows.map(([, ...cells]) => cells.join(' | ')).sort(), expected.sort());
});
