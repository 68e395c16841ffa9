import assert from 'node:assert/strict';
import { test } from 'node:test';
import dnsPacket, { type Packet } from 'dns-packet';
import { parseDns } from '../../src/protocols/dns.ts';
import { newSeed, type Random, seeded } from '../fixtures/filter-random.ts';

const MESSAGES = 2000;
const LETTERS = 'abcXYZ019-_';

const word = (random: Random): string =>
  Array.from({ length: 1 + random(random(10) === 0 ? 63 : 12) }, () => LETTERS[random(LETTERS.length)]).join(
    '',
  );
const nameOf = (random: Random): string =>
  Array.from({ length: 1 + random(3) }, () => word(random)).join('.');
const bytes = (random: Random, length: number): number[] => Array.from({ length }, () => random(256));

const KINDS: Readonly<Record<string, (random: Random) => unknown>> = {
  A: (random) => bytes(random, 4).join('.'),
  AAAA: (random) =>
    bytes(random, 8)
      .map((byte) => (byte * 257).toString(16))
      .join(':'),
  CNAME: nameOf,
  NS: nameOf,
  PTR: nameOf,
  MX: (random) => ({ preference: random(65_536), exchange: nameOf(random) }),
  SRV: (random) => ({
    priority: random(65_536),
    weight: random(65_536),
    port: random(65_536),
    target: nameOf(random),
  }),
  TXT: (random) => [word(random), word(random)],
};

const record = (random: Random) => {
  const type = Object.keys(KINDS)[random(Object.keys(KINDS).length)] ?? 'A';
  return { type, name: nameOf(random), ttl: random(1 << 30), class: 'IN', data: KINDS[type]?.(random) };
};

const some = <T>(random: Random, most: number, make: (random: Random) => T): T[] =>
  Array.from({ length: random(most) }, () => make(random));

const message = (random: Random): Buffer =>
  dnsPacket.encode({
    type: random(2) === 0 ? 'query' : 'response',
    id: random(65_536),
    flags: random(2) === 0 ? 0 : dnsPacket.TRUNCATED_RESPONSE,
    questions: some(random, 3, () => ({ type: 'A', name: nameOf(random) })),
    answers: some(random, 12, record),
    authorities: some(random, 3, record),
    additionals: some(random, 3, record),
  } as Packet);

/** What both tell of a message. */
function oracle(packet: Buffer) {
  const { id, type, questions = [], answers = [], flag_tc } = dnsPacket.decode(packet);
  const [first] = questions.length > 0 ? questions : answers;
  return {
    id,
    isAnswer: type === 'response',
    isTruncated: flag_tc,
    name: first?.name ?? null,
    answers: answers.map((one) => one.name),
  };
}

function ours(packet: Uint8Array) {
  const read = parseDns(packet);
  if (read === null) return null;
  const { id, isAnswer, isTruncated, name, answers, partial } = read;
  return { id, isAnswer, isTruncated, name, answers: answers.map((one) => one.name), partial };
}

test('random messages are read as dns-packet reads them', (t) => {
  const random = seeded(newSeed(t));
  for (let index = 0; index < MESSAGES; index++) {
    const packet = message(random);
    assert.deepEqual(ours(packet), { ...oracle(packet), partial: false }, packet.toString('hex'));
  }
});
