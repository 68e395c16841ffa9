import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPT, compileFilter, type KernelFilter, MOST_STEPS, REJECT } from '../../src/filter/compile.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import { formatFilter } from '../../src/filter/format.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { Subject } from '../../src/filter/terms.ts';
import { PacketWord } from '../../src/filter/words.ts';
import {
  interfaceIndex,
  keyOf,
  NAMES,
  newSeed,
  PACKET_WORDS,
  type Random,
  randomExpression,
  randomPacket,
  run,
  seeded,
} from '../fixtures/filter-random.ts';

const ALL = 0xffff_ffff;

function compile(text: string): KernelFilter {
  return compileFilter(parseFilter(text, NAMES), interfaceIndex);
}

function checkTable({ steps }: KernelFilter): void {
  assert.ok(steps.length <= MOST_STEPS);
  for (const [index, { word, mask, low, high, yes, no }] of steps.entries()) {
    for (const number of [word, mask, low, high]) assert.equal(number, number >>> 0);
    for (const target of [yes, no]) {
      const later = target > index && target < steps.length;
      assert.ok(later || target === ACCEPT || target === REJECT, `step ${index} goes to ${target}`);
    }
  }
}

test('tables of filters', () => {
  const word = PacketWord;
  assert.deepEqual(compile(''), { steps: [], exact: true, needsOwner: false, perEvent: false });
  assert.deepEqual(compile('tcp and port 443'), {
    steps: [
      { word: word.protocol, mask: ALL, low: 6, high: 6, yes: 1, no: REJECT },
      { word: word.sourcePort, mask: ALL, low: 443, high: 443, yes: ACCEPT, no: 2 },
      { word: word.destinationPort, mask: ALL, low: 443, high: 443, yes: ACCEPT, no: REJECT },
    ],
    exact: true,
    needsOwner: false,
    perEvent: false,
  });
  assert.deepEqual(compile('not pid 7 and flags(syn|rst)'), {
    steps: [
      { word: word.pid, mask: ALL, low: 7, high: 7, yes: REJECT, no: 1 },
      { word: word.tcpFlags, mask: 6, low: 1, high: ALL, yes: ACCEPT, no: REJECT },
    ],
    exact: true,
    needsOwner: true,
    perEvent: false,
  });
  assert.deepEqual(compile('src net 2001:db8:8000::/33').steps, [
    { word: word.source + 1, mask: 0x80000000, low: 0x80000000, high: 0x80000000, yes: 1, no: REJECT },
    { word: word.source, mask: ALL, low: 0x20010db8, high: 0x20010db8, yes: ACCEPT, no: REJECT },
  ]);
  assert.deepEqual(compile('drop and reason *').steps, [
    { word: word.dropped, mask: ALL, low: 1, high: 1, yes: 1, no: REJECT },
    { word: word.dropReason, mask: ALL, low: 2, high: 3, yes: ACCEPT, no: 2 },
    { word: word.dropReason, mask: ALL, low: 5, high: 6, yes: ACCEPT, no: 3 },
    { word: word.dropReason, mask: ALL, low: 0x10001, high: 0x10001, yes: ACCEPT, no: REJECT },
  ]);
  assert.deepEqual(compile('icmpid < 8').steps, [
    { word: word.icmpId, mask: ALL, low: 1, high: 7, yes: ACCEPT, no: REJECT },
  ]);
  assert.deepEqual(compile('::/0').steps, []);
  assert.deepEqual(compile('not ::/0'), {
    steps: [{ word: 0, mask: 0, low: 0, high: 0, yes: REJECT, no: REJECT }],
    exact: true,
    needsOwner: false,
    perEvent: false,
  });
});

test('what the table cannot say is widened', () => {
  const widened = (text: string, like: string) =>
    assert.deepEqual(compile(text), { ...compile(like), exact: false }, text);
  widened('nginx', '');
  widened('not nginx', '');
  widened('tcp and nginx', 'tcp');
  widened('tcp and not (nginx or udp)', 'tcp and not udp');
  widened('tcp or nginx', '');
  widened('iface gone0 and port 443', 'port 443');
  assert.equal(compile('iface lo and port 443').exact, true);
});

test('what is too long for the table is widened as little as fits', () => {
  const hosts = Array.from({ length: 8 }, (_, index) => `host 10.0.0.${index}`);
  assert.deepEqual([compile(hosts.join(' or ')).steps.length, compile(hosts.join(' or ')).exact], [64, true]);
  // The shortest conjuncts stay: protocol and port are kept whole.
  const long = compile(`(${hosts.join(' or ')}) and tcp and port 443`);
  checkTable(long);
  assert.deepEqual([long.steps.length > 50, long.exact], [true, false]);
  const towards = (protocol: number, port: number): boolean => {
    const key = new Uint32Array(PACKET_WORDS);
    key.set([0, 0, 0xffff, 0x0a000001], PacketWord.source);
    key[PacketWord.protocol] = protocol;
    key[PacketWord.destinationPort] = port;
    return run(long.steps, key);
  };
  assert.deepEqual([towards(6, 443), towards(6, 80), towards(17, 443)], [true, false, false]);
  const many = Array.from({ length: 20 }, (_, index) => `src 10.0.${index}.1`).join(' or ');
  const packet = (address: number): Uint32Array => {
    const key = new Uint32Array(PACKET_WORDS);
    key.set([0, 0, 0xffff, address], PacketWord.source);
    return key;
  };
  const table = compile(many);
  checkTable(table);
  assert.deepEqual(
    [run(table.steps, packet(0x0a000101)), run(table.steps, packet(0x0a000102))],
    [true, false],
  );
  // More alternatives than steps: nothing can be left out but all of it.
  const ports = Array.from({ length: 65 }, (_, index) => `src port ${index}`).join(' or ');
  assert.deepEqual(compile(ports), { steps: [], exact: false, needsOwner: false, perEvent: false });
});

function holdAgainstEvaluate(
  random: Random,
  size: number,
  tally: { exact: number; wide: number; accepted: number },
) {
  const expression = randomExpression(random, size);
  const table = compileFilter(expression, interfaceIndex);
  checkTable(table);
  assert.equal(
    table.needsOwner,
    table.steps.some(({ word }) => word === PacketWord.pid),
  );
  tally[table.exact ? 'exact' : 'wide'] += 1;
  for (let round = 0; round < 20; round += 1) {
    const packet = randomPacket(random);
    const wanted = evaluate(expression, packet satisfies Subject);
    const accepted = run(table.steps, keyOf(packet));
    const about = `${formatFilter(expression)} on ${JSON.stringify(packet)}`;
    if (table.exact) assert.equal(accepted, wanted, about);
    else assert.ok(accepted || wanted === false, about);
    if (accepted) tally.accepted += 1;
  }
}

test('the table and evaluate agree on random filters and packets', (t) => {
  const random = seeded(newSeed(t));
  const tally = { exact: 0, wide: 0, accepted: 0 };
  for (let round = 0; round < 5700; round += 1) holdAgainstEvaluate(random, 1 + random(8), tally);
  for (let round = 0; round < 300; round += 1) holdAgainstEvaluate(random, 10 + random(60), tally);
  const share = tally.accepted / (6000 * 20);
  assert.ok(tally.exact > 2000 && tally.wide > 1000 && share > 0.1 && share < 0.9, JSON.stringify(tally));
});
