import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { Btf, type Layout } from '../../native/btf.ts';
import { type Knobs, setKnobs } from '../../native/knobs.ts';
import { btfOf, objectPath, openObject } from '../fixtures/bpf.ts';
import { root } from '../fixtures/tool.ts';

/** What `bpftool -j btf dump` says of a type; see Documentation/bpf/btf.rst. */
interface Dumped {
  id: number;
  kind: string;
  name: string;
  size?: number;
  type_id?: number;
  nr_elems?: number;
  members?: { name: string; type_id: number; bits_offset: number }[];
  values?: { name: string; val: number }[];
}

function dumpOrSkip(t: TestContext, object: string): Dumped[] | null {
  const { status, stdout, stderr, error } = spawnSync(
    'bpftool',
    ['-j', 'btf', 'dump', 'file', objectPath(object)],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (status === 0) return (JSON.parse(stdout) as { types: Dumped[] }).types;
  t.skip(`no dump by bpftool: ${error?.message ?? stderr.trim()}`);
  return null;
}

const NAMELESS = '(anon)';

function layoutOf(types: ReadonlyMap<number, Dumped>, { name, size = 0, members = [] }: Dumped): Layout {
  const sizeOf = (id: number): number => {
    const type = types.get(id);
    if (!type) return 0;
    if (type.kind === 'PTR') return 8;
    if (type.kind === 'ARRAY') return (type.nr_elems ?? 0) * sizeOf(type.type_id ?? 0);
    return type.size ?? sizeOf(type.type_id ?? 0);
  };
  return {
    name,
    size,
    members: members.map((member) => ({
      name: member.name === NAMELESS ? '' : member.name,
      offset: Math.floor(member.bits_offset / 8), // of a bit field its first byte
      size: sizeOf(member.type_id),
    })),
  };
}

for (const object of ['accounting', 'trace', 'probe']) {
  test(`${object}: structs and enums are read as bpftool reads them`, (t) => {
    const dump = dumpOrSkip(t, object);
    if (!dump) return;
    const types = new Map(dump.map((type) => [type.id, type]));
    const named = (kind: string) => dump.filter((type) => type.kind === kind && type.name !== NAMELESS);
    const btf = btfOf(object);
    assert.deepEqual(
      named('STRUCT').map(({ name }) => btf.layout(name)),
      named('STRUCT').map((struct) => layoutOf(types, struct)),
    );
    assert.deepEqual(
      named('ENUM').map(({ name }) => [...btf.enumeration(name)]),
      named('ENUM').map(({ values }) => values?.map(({ name, val }) => [name, val])),
    );
  });
}

test('each knob has a place of its own', () => {
  const knobs = (object: string, names: string[]) =>
    names.map((name) => btfOf(object).variable('.rodata', name).offset);
  assert.equal(new Set(knobs('accounting', ['own_netns', 'has_socket_cookie'])).size, 2);
  assert.equal(new Set(knobs('trace', ['has_drop_reason', 'keep_raw_headers', 'has_socket_cookie'])).size, 3);
});

test('a knob has the size of its type', () => {
  const size = (object: string, name: string) => btfOf(object).variable('.rodata', name).size;
  assert.deepEqual(
    [size('accounting', 'own_netns'), size('accounting', 'reasons_of_copies'), size('trace', 'keep_stacks')],
    [4, 8, 1],
  );
});

test('a knob that is not there or has another type is named', () => {
  const set = (knobs: Knobs) => () => setKnobs(openObject('trace'), btfOf('trace'), knobs);
  assert.throws(set({ colour: true }), { message: 'variable colour is not in .rodata' });
  assert.throws(set({ keep_stacks: 1 }), { message: 'knob keep_stacks has 1 bytes, not 4' });
  assert.throws(set({ verdict_points: [1, 2, 3, 4, 5] }), {
    message: 'knob verdict_points has 16 bytes, not 20',
  });
  assert.doesNotThrow(set({ keep_stacks: true, verdict_points: [1] }));
});

test('what is not there is named', () => {
  const btf = btfOf('trace');
  assert.throws(() => btf.layout('colour'), { message: 'colour is not in BTF' });
  assert.throws(() => btf.enumeration('packet_event'), { message: 'packet_event is not in BTF' });
  assert.throws(() => btf.variable('.rodata', 'colour'), { message: 'variable colour is not in .rodata' });
});

test('a file that is no object is told so', () => {
  assert.throws(() => new Btf(Buffer.from('#!/bin/sh\n')), { message: 'not an ELF file' });
  const empty = Buffer.alloc(64);
  empty.writeUInt32BE(0x7f454c46);
  assert.throws(() => new Btf(empty), { message: 'no .BTF section' });
});
