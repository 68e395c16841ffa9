import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Fields } from '../../native/codec.ts';
import { u32, u64Exact, viewOf } from '../../native/fields.ts';
import * as captured from '../../src/abi/captured.ts';
import * as control from '../../src/abi/control.ts';
import * as drop from '../../src/abi/drop.ts';
import * as fault from '../../src/abi/fault.ts';
import * as flood from '../../src/abi/flood.ts';
import { codecOf, inner, type Shared, shared } from '../../src/abi/layout.ts';
import * as life from '../../src/abi/life.ts';
import * as packet from '../../src/abi/packet.ts';
import * as plaintext from '../../src/abi/plaintext.ts';
import { COUNT_RECEIVE, COUNT_TRANSMIT, FIXED } from '../../src/abi/points.ts';
import * as process from '../../src/abi/process.ts';
import * as request from '../../src/abi/request.ts';
import * as service from '../../src/abi/service.ts';
import * as socket from '../../src/abi/socket.ts';
import * as syn from '../../src/abi/syn.ts';
import * as traffic from '../../src/abi/traffic.ts';
import * as wire from '../../src/abi/wire.ts';
import { POINTS } from '../../src/attach/points.ts';
import { VERDICT_FUNCTIONS } from '../../src/attach/verdict-points.ts';
import { ACCEPT, MOST_STEPS, REJECT } from '../../src/filter/compile.ts';
import { PacketWord } from '../../src/filter/words.ts';
import { EVENT_KINDS, FAILED_CALLS } from '../../src/model/event.ts';
import { WIRE_CAUSES, WIRE_PROTOCOLS } from '../../src/model/wire.ts';
import { btfOf } from '../fixtures/bpf.ts';
import { root } from '../fixtures/tool.ts';

const OBJECTS = [
  'accounting',
  'trace',
  'drops',
  'wire',
  'requests',
  'services',
  'traffic',
  'plaintext',
  'alerts',
  'listeners',
] as const;
const objects = OBJECTS.map((name) => ({ name, btf: btfOf(name) }));

/** Every struct of bpf/abi, as src/abi declares it. */
const structs: Shared<Fields>[] = [
  captured,
  control,
  drop,
  fault,
  flood,
  life,
  packet,
  plaintext,
  process,
  request,
  service,
  socket,
  syn,
  traffic,
  wire,
].flatMap((room) =>
  Object.values<unknown>(room).filter((value): value is Shared<Fields> => Object(value).struct !== undefined),
);

const upper = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** Values by name in C: of a list by its numbers, of an object by its names. */
function named(prefix: string, values: readonly (string | null)[] | Record<string, number>, from = 0) {
  const pairs = Array.isArray(values)
    ? values.map((name, index) => [name ?? 'none', index + from] as const)
    : Object.entries(values as Record<string, number>);
  return Object.fromEntries(pairs.map(([name, value]) => [`${prefix}_${upper(name)}`, value]));
}

/** Every enum of bpf/abi, and those of other folders that user space has too; null: the kernel's side alone has it. */
const enums: Record<string, Record<string, number> | null> = {
  packet_word: { ...named('WORD', PacketWord), PACKET_WORDS: 32 },
  filter_verdict: { FILTER_ACCEPT: ACCEPT, FILTER_REJECT: REJECT },
  filter_size: { FILTER_STEPS: MOST_STEPS, FILTER_SLOTS: control.FILTER_SLOTS },
  gate: named('GATE', control.GATE),
  drop_trait: named('DROP', drop.TRAIT),
  drop_protocol: { ...named('DROP', drop.DROP_PROTOCOLS), DROP_PROTOCOLS: drop.DROP_PROTOCOLS.length },
  drop_size: null,
  flood_kind: named('FLOOD', flood.FLOOD_KIND),
  map_size: null,
  piece_direction: named('PIECE', request.PIECE_DIRECTION),
  speech: named('SPEECH', request.SPEECH),
  piece_flag: named('PIECE', request.PIECE_FLAG),
  service_slot: {
    SERVICE_UNIT_BITS: service.SERVICE_SLOT.unitBits,
    SERVICE_STEP_BITS: service.SERVICE_SLOT.stepBits,
    SERVICE_SLOTS: service.SERVICE_SLOT.slots,
  },
  progress_place: named('PROGRESS', request.PROGRESS_PLACE),
  fault_size: null,
  fault: named('FAULT', fault.FAULT),
  life_size: { LIFE_STATES: life.LIFE_STATES },
  connect_failure: null,
  failed_call: named('CALL', FAILED_CALLS),
  life_gate: named('TELL', life.TELL),
  reset_sender: named('RESET', life.RESET),
  life_kind: { ...named('LIFE', EVENT_KINDS), LIFE_KINDS: life.LIFE_KINDS },
  packet_status: named('PACKET', packet.STATUS),
  tunnel: named('TUNNEL', packet.TUNNEL),
  nf_place: named('NF', packet.NF_PLACES),
  nf_verdict: named('NF', packet.NF_VERDICTS),
  point: {
    ...named(
      'POINT',
      FIXED.map((name) => name.replace(/^_+/, '')),
    ),
    POINT_COUNT_RECEIVE: COUNT_RECEIVE,
    POINT_COUNT_TRANSMIT: COUNT_TRANSMIT,
    POINT_KPROBES: COUNT_TRANSMIT + 1,
    POINTS,
  },
  stack_size: { STACKS: packet.STACKS, STACK_FRAMES: packet.STACK_FRAMES },
  raw_headers: { RAW_HEADERS: packet.RAW_HEADERS },
  socket_kind: { RAW_SOCKET: socket.RAW_SOCKET, FRAMES_SOCKET: socket.FRAMES_SOCKET },
  wire_cause: { WIRE_OWNED: 0, ...named('WIRE', WIRE_CAUSES, 1) },
  wire_protocol: { ...named('WIRE', WIRE_PROTOCOLS.slice(0, -1)), WIRE_REST: WIRE_PROTOCOLS.length - 1 },
  skb_shape: named('SHAPE', packet.SHAPE),
  verdict_function: { ...named('', []), ...verdictNumbers(), VERDICT_FUNCTIONS: VERDICT_FUNCTIONS.length },
};

function verdictNumbers(): Record<string, number> {
  return Object.fromEntries(VERDICT_FUNCTIONS.map((name, number) => [name.toUpperCase(), number]));
}

/** The C sources, without comments: not every enum is in an object's BTF. */
const sources = readdirSync(join(root, 'bpf'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.[ch]$/.test(path))
  .map((path) => ({
    path,
    text: readFileSync(join(root, 'bpf', path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''),
  }));
const isShared = ({ path }: { path: string }) => path.startsWith('abi/');

const declared = (kind: 'struct' | 'enum', among = sources) =>
  among.flatMap(({ text }) => [...text.matchAll(new RegExp(`^${kind} (\\w+) \\{([^}]*)\\}`, 'gm'))]);

function valuesOf(body: string): Record<string, number> {
  const found: Record<string, number> = {};
  let next = 0;
  for (const [, name = '', value] of body.matchAll(/(\w+)(?:\s*=\s*(\w+))?/g)) {
    next = value === undefined ? next : Number(value);
    found[name] = next++;
  }
  return found;
}

test('each struct of bpf/abi is declared once', () => {
  assert.deepEqual(
    structs.map(({ struct }) => struct).sort(),
    declared('struct', sources.filter(isShared))
      .map(([, name]) => name)
      .sort(),
  );
});

test('each enum of bpf/abi is in the list', () => {
  const known = declared('enum', sources.filter(isShared)).map(([, name = '']) => name);
  assert.deepEqual(
    known.filter((name) => enums[name] === undefined),
    [],
  );
});

for (const [name, values] of Object.entries(enums)) {
  if (values === null) continue;
  test(`enum ${name} has the same names and numbers`, () => {
    const [, , body = ''] = declared('enum').find(([, found]) => found === name) ?? [];
    assert.deepEqual(valuesOf(body), values);
    for (const { btf } of objects.filter(({ btf }) => hasEnum(btf, name)))
      assert.deepEqual(Object.fromEntries(btf.enumeration(name)), values);
  });
}

function hasEnum(btf: (typeof objects)[number]['btf'], name: string): boolean {
  try {
    return btf.enumeration(name).size > 0;
  } catch {
    return false;
  }
}

function layouts(struct: string) {
  return objects.flatMap(({ btf }) => {
    try {
      return [{ btf, layout: btf.layout(struct) }];
    } catch {
      return [];
    }
  });
}

for (const { struct, fields } of structs) {
  const found = layouts(struct);
  const [first] = found;

  test(`struct ${struct}: no holes, the same in each object, as large as it is asserted to be`, () => {
    assert.ok(first, 'some object has it');
    let end = 0;
    for (const { name, offset, size } of first.layout.members) {
      assert.deepEqual([name, offset], [name, end]);
      end += size;
    }
    assert.equal(end, first.layout.size);
    for (const { layout } of found) assert.deepEqual(layout, first.layout);
    const assertions = sources
      .filter(isShared)
      .flatMap(({ text }) => [...text.matchAll(/_Static_assert\(sizeof\(struct (\w+)\) == ([\d +*]+),/g)]);
    const [, , size = ''] = assertions.find(([, name]) => name === struct) ?? [];
    assert.equal(sumOf(size), first.layout.size);
  });

  test(`struct ${struct}: each member but the padding is one field, written and read`, () => {
    assert.ok(first);
    const { layout, btf } = first;
    const codec = codecOf(btf, { struct, fields });
    const members = layout.members.filter(({ name }) => !name.startsWith('_'));
    assert.deepEqual(
      Object.keys(fields),
      members.map(({ name }) => name),
    );
    assert.equal(codec.size, layout.size);
    for (const { name, offset, size } of members) {
      // At another place than 0; of each u64 what a number holds exactly.
      const bytes = Buffer.alloc(3 * layout.size);
      const isExact = size % 8 !== 0 || fields[name] === u64Exact;
      const isText = typeof codec.values(viewOf(bytes), 0)[name] === 'string';
      for (let at = 0; at < size; at++)
        bytes[layout.size + offset + at] = isExact || isText || at % 8 < 6 ? 1 : 0;
      const view = viewOf(bytes);
      const read = codec.values(view, layout.size);
      const blank = codec.values(viewOf(Buffer.alloc(3 * layout.size)), layout.size);
      const changed = Object.keys(fields).filter((field) => !isSame(read[field], blank[field]));
      if (typeof read[name] === 'number' && read[name] === layout.size + offset) {
        assert.deepEqual(changed, []); // a struct within it reads as its place
        continue;
      }
      assert.deepEqual(changed, [name]);
      const written = Buffer.alloc(bytes.length);
      codec.put(viewOf(written), layout.size, { [name]: read[name] });
      assert.deepEqual(written, bytes);
      assert.deepEqual(codec.bytes({ [name]: read[name] }), bytes.subarray(layout.size, 2 * layout.size));
    }
  });
}

function isSame(one: unknown, other: unknown): boolean {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
  return text(one) === text(other);
}

/** "24 + 8 * 1292" */
function sumOf(text: string): number {
  const product = (part: string) => part.split('*').reduce((all, factor) => all * Number(factor), 1);
  return text.split('+').reduce((all, part) => all + product(part), 0);
}

test('a member that is missing or has another size is named', () => {
  const btf = btfOf('trace');
  const open = (fields: Fields) => () => codecOf(btf, shared('packet_event', fields));
  assert.throws(open({ colour: u32 }), { message: 'struct packet_event has no member colour' });
  assert.throws(open({ at_ns: u32 }), { message: 'packet_event.at_ns has 8 bytes, not 4' });
  assert.throws(open({ at_ns: inner(packet.CHAIN) }), { message: 'packet_event.at_ns has 8 bytes, not 64' });
  const { bytes } = codecOf(btf, packet.CHAIN);
  assert.throws(() => bytes({ colour: 1 } as object), { message: 'struct chain has no member colour' });
});

test('calls that fail have the numbers that the model gives them', () => {
  assert.deepEqual(Object.values(life.CALL), [...FAILED_CALLS.keys()]);
});
