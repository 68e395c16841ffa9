import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Layout } from '../native/btf.ts';
import type { Capture } from '../src/capture/capture.ts';
import { debugFunctions } from '../src/capture/debug.ts';
import { FRAGMENT, PARTIAL, packetReader, SOCKET } from '../src/capture/packet-event.ts';
import {
  COUNT_RECEIVE,
  COUNT_TRANSMIT,
  COUNTERS,
  POINT_FUNCTIONS,
  POINTS,
  TRACE_POINTS,
} from '../src/capture/points.ts';
import { SocketRecord } from '../src/capture/socket-record.ts';
import { usageReader } from '../src/capture/usage-record.ts';
import { offsets } from '../src/capture/wire.ts';
import { ACCEPT, MOST_STEPS, REJECT } from '../src/filter/compile.ts';
import { PacketWord } from '../src/filter/words.ts';
import { btfOf, bytesOfStruct, camelCase, fieldsByMember, openObject } from './fixtures/bpf.ts';

const accounting = btfOf('accounting');
const trace = btfOf('trace');

const isPadding = ({ name }: { name: string }): boolean => name.startsWith('_');

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Each member is one field of that name, padding is none. */
function oneEach(layout: Layout, otherNames: Record<string, string> = {}): Record<string, string[]> {
  return Object.fromEntries(
    layout.members.map((member) => [
      member.name,
      isPadding(member) ? [] : [otherNames[member.name] ?? camelCase(member.name)],
    ]),
  );
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

test('structs on the wire have no holes: members follow each other, padding has a name', () => {
  const structs = [
    ...['socket_record', 'owner', 'usage_key', 'usage', 'flow_key', 'account_loss'].map((name) =>
      accounting.layout(name),
    ),
    ...['packet_event', 'filter_step', 'filter', 'control', 'point_count', 'raw_header'].map((name) =>
      trace.layout(name),
    ),
  ];
  for (const { name, size, members } of structs) {
    let end = 0;
    const offsetsWithoutHoles = members.map((member) => {
      const at = end;
      end += member.size;
      return [member.name, at];
    });
    assert.deepEqual(
      [name, size, ...members.map((member) => [member.name, member.offset])],
      [name, end, ...offsetsWithoutHoles],
    );
  }
});

test('both objects agree on the structs that they share', () => {
  for (const name of ['owner', 'flow_key']) assert.deepEqual(trace.layout(name), accounting.layout(name));
});

test('socket_record: each member is one field', () => {
  const layout = accounting.layout('socket_record');
  const record = new SocketRecord(accounting);
  const getters = Object.entries(Object.getOwnPropertyDescriptors(SocketRecord.prototype))
    .filter(([, { get }]) => get)
    .map(([name]) => name as keyof SocketRecord);
  assert.equal(record.size, layout.size);
  assert.deepEqual(
    fieldsByMember(layout, (bytes) => {
      record.at(viewOf(bytes), 0);
      return Object.fromEntries(getters.map((name) => [name, record[name]]));
    }),
    oneEach(layout, { local_address: 'local', remote_address: 'remote' }),
  );
});

test('packet_event: each member is one field', () => {
  const layout = trace.layout('packet_event');
  const reader = packetReader(trace);
  assert.equal(reader.size, layout.size);
  assert.deepEqual(
    fieldsByMember(layout, (bytes) => reader.read(viewOf(bytes), 0)),
    oneEach(layout),
  );
});

test('packet_event: numbers in host order, addresses in network order, at any place in memory', () => {
  const layout = trace.layout('packet_event');
  const ascending = Buffer.from(Array.from({ length: 3 * layout.size }, (_, at) => at % layout.size));
  assert.deepEqual(packetReader(trace).read(viewOf(ascending), layout.size), {
    atNs: 0x0706050403020100,
    skb: 0x0f0e0d0c0b0a0908n,
    cookie: Number(0x1716151413121110n),
    place: 0x1f1e1d1c1b1a1918n,
    source: [0x20212223, 0x24252627, 0x28292a2b, 0x2c2d2e2f],
    destination: [0x30313233, 0x34353637, 0x38393a3b, 0x3c3d3e3f],
    sequence: 0x43424140,
    acknowledgment: 0x47464544,
    length: 0x4b4a4948,
    interface: 0x4f4e4d4c,
    netns: 0x53525150,
    pid: 0x57565554,
    currentPid: 0x5b5a5958,
    generation: 0x5f5e5d5c,
    reason: 0x63626160,
    payload: 0x67666564,
    sourcePort: 0x6968,
    destinationPort: 0x6b6a,
    point: 0x6d6c,
    cpu: 0x6f6e,
    icmpType: 0x7170,
    icmpId: 0x7372,
    family: 6,
    protocol: 0x75,
    tcpFlags: 0x76,
    status: 0x77,
  });
});

test('usage_key and usage: each member is one field', () => {
  const read = usageReader(accounting);
  const key = accounting.layout('usage_key');
  const value = accounting.layout('usage');
  const noKey = Buffer.alloc(key.size, 4);
  const noValue = Buffer.alloc(value.size, 4);
  assert.deepEqual(
    fieldsByMember(key, (bytes) => read(bytes, noValue)),
    oneEach(key),
  );
  assert.deepEqual(
    fieldsByMember(value, (bytes) => read(noKey, bytes)),
    oneEach(value),
  );
});

test('raw_header: length, then so many bytes, those of a point side by side', () => {
  const layout = trace.layout('raw_header');
  const total = openObject('trace').map('raw_headers').maxEntries;
  const header = (index: number): Buffer =>
    bytesOfStruct(layout, { length: 3, bytes: Buffer.from([0xab, 0xcd, index, 0xff]) });
  const rows = debugFunctions({
    debug: () => ({ counts: [], rawHeaders: Array.from({ length: total }, (_, index) => header(index)) }),
    answer: () => ({
      status: {
        points: POINT_FUNCTIONS.map((name) => ({
          function: name,
          hook: 'fentry',
          tracepoint: null,
          shownAs: name,
        })),
      },
    }),
  } as unknown as Capture);
  const hex = (index: number): string => `abcd${index.toString(16).padStart(2, '0')}`;
  assert.deepEqual(
    layout.members.map(({ name }) => name),
    ['length', 'bytes'],
  );
  assert.equal(total, 2 * POINTS);
  assert.deepEqual(
    rows.map((row) => [row.function, row.headers]),
    POINT_FUNCTIONS.map((name, point) => [name, [hex(2 * point), hex(2 * point + 1)]]),
  );
});

test('enum point: the same functions have the same numbers', () => {
  const functions = POINT_FUNCTIONS.map((name, number) => [
    `POINT_${name.replace(/^_+/, '').toUpperCase()}`,
    number,
  ]);
  assert.deepEqual(Object.fromEntries(trace.enumeration('point')), {
    ...Object.fromEntries(functions),
    POINT_COUNT_RECEIVE: COUNT_RECEIVE,
    POINT_COUNT_TRANSMIT: COUNT_TRANSMIT,
    POINTS,
  });
});

test('enum packet_word: the filter has the same numbers', () => {
  const words = Object.entries(PacketWord).map(([name, number]) => [`WORD_${snakeCase(name)}`, number]);
  assert.deepEqual(Object.fromEntries(trace.enumeration('packet_word')), {
    ...Object.fromEntries(words),
    PACKET_WORDS: 32,
  });
});

test('the other enums have the same numbers', () => {
  const values = (name: string) => Object.fromEntries(trace.enumeration(name));
  assert.deepEqual(values('packet_status'), {
    PACKET_PARTIAL: PARTIAL,
    PACKET_FRAGMENT: FRAGMENT,
    PACKET_SOCKET: SOCKET,
  });
  assert.deepEqual(values('filter_verdict'), { FILTER_ACCEPT: ACCEPT, FILTER_REJECT: REJECT });
  assert.deepEqual(values('filter_size'), { FILTER_STEPS: MOST_STEPS, FILTER_SLOTS: 8 });
});

test('every rung is a program of the object, written for that place, and every program is a rung', () => {
  const rungs = TRACE_POINTS.flatMap((point) =>
    point.rungs.map(({ hook, program, tracepoint }) => {
      const place =
        hook === 'tracepoint' ? `tp_btf/${tracepoint.split(':')[1]}` : `${hook}/${point.function}`;
      return `${program} ${place}`;
    }),
  );
  const programs = openObject('trace')
    .programs()
    .filter(({ name }) => !COUNTERS.includes(name))
    .map(({ name, section }) => `${name} ${section}`);
  assert.deepEqual(programs.sort(), [...new Set(rungs)].sort());
});

test('a member that is missing or has another size is named', () => {
  assert.throws(() => offsets(trace, 'packet_event', { colour: 4 }), {
    message: 'struct packet_event has no member colour',
  });
  assert.throws(() => offsets(trace, 'packet_event', { at_ns: 4 }), {
    message: 'packet_event.at_ns has 8 bytes, not 4',
  });
});
