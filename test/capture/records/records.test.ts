import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Layout } from '../../../native/btf.ts';
import { viewOf } from '../../../native/fields.ts';
import { FIXED } from '../../../src/abi/points.ts';
import { COUNTERS, plan, programsOf } from '../../../src/attach/plan.ts';
import { POINTS, TRACE_POINTS } from '../../../src/attach/points.ts';
import { VERDICT_FUNCTIONS } from '../../../src/attach/verdict-points.ts';
import type { Capture } from '../../../src/capture/capture.ts';
import { debugFunctions } from '../../../src/capture/debug.ts';
import { dropKeyReader, dropReader, lastDropReader } from '../../../src/capture/records/drop-record.ts';
import { packetReader } from '../../../src/capture/records/packet-event.ts';
import { RecordLayout, SocketRecord } from '../../../src/capture/records/socket-record.ts';
import { usageReader } from '../../../src/capture/records/usage-record.ts';
import { rawHeaderReader } from '../../../src/capture/trace/tracer-debug.ts';
import type { Hook } from '../../../src/model/model.ts';
import { kernelAllowing } from '../../fixtures/allowed.ts';
import { btfOf, bytesOfStruct, camelCase, fieldsByMember, openObject } from '../../fixtures/bpf.ts';

const accounting = btfOf('accounting');
const trace = btfOf('trace');
const drops = btfOf('drops');

const isPadding = ({ name }: { name: string }): boolean => name.startsWith('_');

/** Each member is one field of that name, padding is none. */
function oneEach(layout: Layout, otherNames: Record<string, string> = {}): Record<string, string[]> {
  return Object.fromEntries(
    layout.members.map((member) => [
      member.name,
      isPadding(member) ? [] : [otherNames[member.name] ?? camelCase(member.name)],
    ]),
  );
}

test('socket_record: each member is one field', () => {
  const layout = accounting.layout('socket_record');
  const recordLayout = new RecordLayout(accounting, 250);
  const record = new SocketRecord(recordLayout);
  const getters = [SocketRecord.prototype, Object.getPrototypeOf(SocketRecord.prototype)].flatMap(
    (prototype) =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype))
        .filter(([, { get }]) => get)
        .map(([name]) => name as keyof SocketRecord),
  );
  assert.equal(recordLayout.size, layout.size);
  assert.deepEqual(
    fieldsByMember(layout, (bytes) => {
      record.point({ view: viewOf(bytes) }, 0);
      return Object.fromEntries(getters.map((name) => [name, record[name]]));
    }),
    {
      ...oneEach(layout, {
        local_address: 'local',
        remote_address: 'remote',
        busy_jiffies: 'busyUs',
        receiver_limited_jiffies: 'receiverLimitedUs',
        send_buffer_limited_jiffies: 'sendBufferLimitedUs',
      }),
      unsent_bytes: ['unsentBytes', 'young'], // a listener has no bytes
    },
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
    packet: 0x0f0e0d0c0b0a0908n,
    skb: 0x1716151413121110n,
    cookie: Number(0x1f1e1d1c1b1a1918n),
    place: 0x2726252423222120n,
    source: [0x28292a2b, 0x2c2d2e2f, 0x30313233, 0x34353637],
    destination: [0x38393a3b, 0x3c3d3e3f, 0x40414243, 0x44454647],
    innerSource: [0x48494a4b, 0x4c4d4e4f, 0x50515253, 0x54555657],
    innerDestination: [0x58595a5b, 0x5c5d5e5f, 0x60616263, 0x64656667],
    sequence: 0x6b6a6968,
    acknowledgment: 0x6f6e6d6c,
    length: 0x73727170,
    interface: 0x77767574,
    netns: 0x7b7a7978,
    pid: 0x7f7e7d7c,
    currentPid: 0x83828180,
    generation: 0x87868584,
    reason: 0x8b8a8988,
    payload: 0x8f8e8d8c,
    mark: 0x93929190,
    sinceNs: 0x97969594,
    stack: 0x9b9a9998,
    tunnelId: 0x9f9e9d9c,
    sourcePort: 0xa1a0,
    destinationPort: 0xa3a2,
    innerSourcePort: 0xa5a4,
    innerDestinationPort: 0xa7a6,
    point: 0xa9a8,
    cpu: 0xabaa,
    hop: 0xadac,
    icmpType: 0xafae,
    icmpId: 0xb1b0,
    icmpSequence: 0xb3b2,
    vlan: 0xb5b4,
    mac: Uint8Array.of(0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb),
    family: 6,
    protocol: 0xbd,
    tcpFlags: 0xbe,
    status: 0xbf,
    innerFamily: 0xc0,
    innerProtocol: 0xc1,
    tunnel: 0xc2,
    nfHook: 0xc3,
    verdict: 0xc4,
    ttl: 0xc5,
    window: 0xc7c6,
  });
});

test('drop_key, drop and last_drop: each member is one field, but for what the kernel keeps to itself', () => {
  const readers = { drop_key: dropKeyReader, drop: dropReader, last_drop: lastDropReader };
  for (const [name, reader] of Object.entries(readers)) {
    const layout = drops.layout(name);
    const expected = oneEach(layout);
    if (name === 'drop') Object.assign(expected, { stack_at_ns: [], counts: ['count', 'counts'] });
    assert.deepEqual(
      fieldsByMember(layout, (bytes) => reader(drops)(bytes)),
      expected,
    );
  }
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
  const read = rawHeaderReader(trace);
  const rows = debugFunctions({
    debug: () => ({
      counts: [],
      rawHeaders: Array.from({ length: total }, (_, index) => read(header(index))),
      attachments: FIXED.map((_, number) => ({ number })),
    }),
    answer: () => ({
      status: {
        points: FIXED.map((name) => ({
          function: name,
          hook: 'fentry',
          tracepoint: null,
          shownAs: name,
          symbol: null,
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
    FIXED.map((name, point) => [name, [hex(2 * point), hex(2 * point + 1)]]),
  );
});

test('every rung is a program of the object, and every program is a rung', () => {
  const every = [1, 2, 3, 4, 5].map((skb) => ({
    function: `f${skb}`,
    called: { skb, sk: 0, shape: 0, delivers: false, transmit: false },
    traced: null,
  }));
  const withVerdict = VERDICT_FUNCTIONS.map((name) => ({
    function: name,
    called: null,
    traced: null,
    hasVerdict: true,
  }));
  const allowed = kernelAllowing({ kprobeMulti: true });
  const attachments = (['fentry', 'kprobe', 'kprobe-multi', 'tracepoint'] as const).flatMap((attach) =>
    plan([...TRACE_POINTS, ...every, ...withVerdict], allowed, new Set(), attach),
  );
  const wanted = [...attachments, ...COUNTERS].flatMap(({ point, rung }) =>
    programsOf(rung).map((program) => {
      if (program === rung?.exit) return `${program} ${rung.hook === 'fentry' ? 'fexit' : 'kretprobe'}`;
      const section = rung && SECTIONS[rung.hook];
      return `${program} ${section ?? `tp_btf/${point.traced?.tracepoint.split(':')[1]}`}`;
    }),
  );
  const programs = openObject('trace').programs();
  assert.deepEqual(
    programs.map(({ name, section }) => `${name} ${section}`).sort(),
    [...new Set(wanted)].sort(),
  );
});

/** Programs that are attached by the function's name are written for none. */
const SECTIONS: Partial<Record<Hook, string>> = {
  fentry: 'fentry',
  kprobe: 'kprobe',
  'kprobe-multi': 'kprobe.multi',
};
