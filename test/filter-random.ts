import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import { parseAddress } from '../src/filter/address.ts';
import { type Expression, LARGEST, type NumberField, type Side, SMALLEST } from '../src/filter/ast.ts';
import { ACCEPT, type Step } from '../src/filter/compile.ts';
import type { Subject } from '../src/filter/evaluate.ts';
import type { Names } from '../src/filter/value.ts';
import { PacketWord, prefixMask } from '../src/filter/words.ts';

/** A number from 0 up to, not including, `below`; the same sequence for the same seed (mulberry32). */
export type Random = (below: number) => number;

export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A new seed for each run, printed; NETTOP_SEED=N makes it N. */
export function newSeed(t: TestContext): number {
  const seed = Number(process.env.NETTOP_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`seed ${seed}`);
  return seed;
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)] as T;
}

/** Interfaces of the random subjects, by index; "gone0" is known by name alone. */
export const INTERFACES = ['', 'lo', 'eth0', 'wg-home'];

/** Few values, close to each other, so that random filters match random subjects now and then. */
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.128.0.1',
  '192.168.1.100',
  '255.255.255.255',
  '0.0.0.0',
  '::',
  '::1',
  '::10.0.0.1',
  '::1:ffff:10.0.0.1',
  '1::ffff:10.0.0.1',
  '0:0:1::ffff:10.0.0.1',
  'fe80::1',
  'fe80::ffff:ffff:ffff:ffff',
  '2001:db8::1',
  '2001:db8:8000::1',
].map((text) => parseAddress(text) ?? [0, 0, 0, 0]);
const PORTS = [0, 1, 22, 80, 443, 1024, 65_535];
const LENGTHS = [0, 40, 60, 1500, 65_535, 0xffff_ffff];
const NUMBERS: Record<NumberField, readonly number[]> = {
  length: LENGTHS,
  pid: [0, 1, 1234, 4_194_304],
  netns: [0, 4_026_531_840, 4_026_532_001],
  icmpId: [0, 1, 7, 65_535],
};
const NUMBER_FIELDS = Object.keys(NUMBERS) as NumberField[];
const REASONS = [0, 1, 2, 3, 5, 6, 7, 0x10001];
/** Patterns of the names that a kernel may have: with a gap, and one in another subsystem. */
const PATTERNS: Record<string, readonly number[]> = {
  NO_SOCKET: [3],
  'no*': [3, 2],
  '*': [2, 3, 5, 6, 0x10001],
  'TCP_*': [6, 5, 0x10001],
  '??_ODD': [0x10001],
};

/** Names of the random filters. */
export const NAMES: Names = { netns: () => null, dropReasons: (pattern) => PATTERNS[pattern] ?? [] };
const PROTOCOLS = [0, 1, 6, 17, 58, 132];
const PROCESSES = ['nginx', 'NGINX', 'Web Content', 'and', 'a"b\\c', 'tcp', 'kworker/0:1', '443', '日本'];
const SIDES: readonly Side[] = ['source', 'destination', 'either'];

/** An expression of `size` primitives that the grammar can write. */
export function randomExpression(random: Random, size: number): Expression {
  if (random(5) === 0) return { kind: 'not', operand: randomExpression(random, size) };
  if (size === 1) return randomPrimitive(random);
  const split = 1 + random(size - 1);
  return {
    kind: pick(random, ['and', 'or']),
    left: randomExpression(random, split),
    right: randomExpression(random, size - split),
  };
}

function randomPrimitive(random: Random): Expression {
  const kinds = [
    'protocol',
    'family',
    'host',
    'host',
    'port',
    'port',
    'number',
    'number',
    'number',
    'process',
    'interface',
    'flags',
    'drop',
    'reason',
    'reason',
  ] as const;
  const kind = pick(random, kinds);
  const side = pick(random, SIDES);
  switch (kind) {
    case 'protocol':
      return { kind, protocol: pick(random, PROTOCOLS) };
    case 'family':
      return { kind, family: pick(random, [4, 6]) };
    case 'host': {
      const prefix = pick(random, [0, 1, 32, 48, 64, 95, 96, 97, 104, 127, 128, 128, 128]);
      const address = pick(random, ADDRESSES).map((word, index) => (word & prefixMask(prefix, index)) >>> 0);
      return { kind, side, address, prefix };
    }
    case 'port': {
      const [low, high] = [pick(random, PORTS), pick(random, PORTS)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      return { kind, side, low, high };
    }
    case 'number': {
      const field = pick(random, NUMBER_FIELDS);
      const value = pick(random, NUMBERS[field]);
      const least = SMALLEST[field];
      return {
        kind,
        field,
        ...pick(random, [
          { low: value, high: value },
          { low: least, high: Math.max(least, value) },
          { low: value, high: LARGEST[field] },
        ]),
      };
    }
    case 'process':
      return { kind, name: pick(random, PROCESSES) };
    case 'interface':
      return { kind, name: pick(random, ['lo', 'eth0', 'wg-home', 'wg-home', 'gone0']) };
    case 'flags':
      return { kind, mask: 1 + random(255) };
    case 'drop':
      return { kind };
    case 'reason': {
      const number = pick(random, REASONS);
      const [written, numbers] = pick(random, [
        [String(number), [number]],
        ...Object.entries(PATTERNS),
      ] as const);
      return { kind, written, numbers };
    }
  }
}

/** A packet: every field applies. */
export function randomPacket(random: Random): Required<Subject> & { interface: string } {
  return {
    protocol: pick(random, PROTOCOLS),
    family: pick(random, [4, 6]),
    source: pick(random, ADDRESSES),
    destination: pick(random, ADDRESSES),
    sourcePort: pick(random, PORTS),
    destinationPort: pick(random, PORTS),
    pid: pick(random, NUMBERS.pid),
    netns: pick(random, NUMBERS.netns),
    process: pick(random, [null, ...PROCESSES]),
    interface: pick(random, INTERFACES),
    length: pick(random, LENGTHS),
    flags: random(256),
    icmpId: pick(random, NUMBERS.icmpId),
    dropped: random(2) === 0,
    reason: pick(random, REASONS),
  };
}

/** null: there is no such interface. */
export function interfaceIndex(name: string): number | null {
  const index = INTERFACES.indexOf(name);
  return index < 0 ? null : index;
}

export const PACKET_WORDS = 32;

/** The packet's words, as the kernel has them. */
export function keyOf(packet: ReturnType<typeof randomPacket>): Uint32Array {
  const key = new Uint32Array(PACKET_WORDS);
  key[PacketWord.protocol] = packet.protocol ?? 0;
  key[PacketWord.family] = packet.family ?? 0;
  key[PacketWord.sourcePort] = packet.sourcePort ?? 0;
  key[PacketWord.destinationPort] = packet.destinationPort ?? 0;
  key.set(packet.source ?? [], PacketWord.source);
  key.set(packet.destination ?? [], PacketWord.destination);
  key[PacketWord.length] = packet.length ?? 0;
  key[PacketWord.tcpFlags] = packet.flags ?? 0;
  key[PacketWord.pid] = packet.pid ?? 0;
  key[PacketWord.interface] = INTERFACES.indexOf(packet.interface);
  key[PacketWord.netns] = packet.netns ?? 0;
  key[PacketWord.icmpId] = packet.icmpId ?? 0;
  key[PacketWord.dropped] = packet.dropped ? 1 : 0;
  key[PacketWord.dropReason] = packet.reason ?? 0;
  return key;
}

/** What the kernel's interpreter does with a table. */
export function run(steps: Step[], key: Uint32Array): boolean {
  let at = steps.length === 0 ? ACCEPT : 0;
  while (at < ACCEPT) {
    const step = steps[at] ?? assert.fail(`no step ${at}`);
    const value = ((key[step.word] ?? 0) & step.mask) >>> 0;
    at = step.low <= value && value <= step.high ? step.yes : step.no;
  }
  return at === ACCEPT;
}
