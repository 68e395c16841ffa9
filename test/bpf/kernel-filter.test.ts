import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FilterTable } from '../../src/capture/trace/filter-table.ts';
import type { Expression } from '../../src/filter/ast.ts';
import { compileFilter, type KernelFilter, MOST_STEPS } from '../../src/filter/compile.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import { formatFilter } from '../../src/filter/format.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import type { Subject } from '../../src/filter/terms.ts';
import { PacketWord } from '../../src/filter/words.ts';
import { bytesOfStruct, indexKey, perCpu } from '../fixtures/bpf.ts';
import {
  interfaceIndex,
  keyOf,
  newSeed,
  PACKET_WORDS,
  randomExpression,
  randomPacket,
  seeded,
} from '../fixtures/filter-random.ts';
import { randomWirePacket, type WirePacket } from '../fixtures/random-packet.ts';
import { packetProgramsOrSkip } from '../fixtures/test-programs.ts';

/** The kernel's filter: sets a table, and says whether it accepts a packet's words. */
function kernelFilterOrSkip(t: TestContext) {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return null;
  const { object, btf } = programs;
  const table = new FilterTable(object.map('controls').mapValues(), btf);
  t.after(() => table.close());
  const packets = object.map('packets');
  const { members } = btf.layout('packet');
  const statusAt = members.find(({ name }) => name === 'status')?.offset ?? 0;
  return {
    /** The words that the kernel's parser reads from a packet; `partial` where it says that some are missing. */
    parse: ({ bytes, etherType }: WirePacket): { words: Uint32Array; partial: boolean } => {
      const input = { length: Math.min(bytes.length, 128), whole: bytes.length, protocol: etherType };
      const value = bytesOfStruct(btf.layout('input'), { ...input, bytes: bytes.subarray(0, 128) });
      object.map('inputs').update(indexKey(0), value);
      assert.equal(programs.run('run_parser'), 1);
      const found = object.map('outputs').read(0);
      const words = Uint32Array.from({ length: PACKET_WORDS }, (_, index) => found.readUInt32LE(4 * index));
      return { words, partial: (found.readUInt32LE(statusAt) & 1) !== 0 };
    },
    set: (filter: KernelFilter): void => table.set(filter),
    accepts: (words: Uint32Array): boolean => {
      const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
      const whole = Buffer.concat([bytes], packets.valueSize);
      packets.update(
        indexKey(0),
        perCpu(packets.valueSize, () => whole),
      );
      return programs.run('run_filter') === 1;
    },
  };
}

/** Words of a packet that say where it is, and whose. */
const NOT_IN_HEADERS = [
  PacketWord.pid,
  PacketWord.interface,
  PacketWord.netns,
  PacketWord.dropReason,
  PacketWord.dropped,
];

/** The kernel's verdict on a packet against evaluate's. */
function compare(
  expression: Expression,
  { exact }: KernelFilter,
  packet: Subject,
  accepted: boolean,
  seed: number,
): void {
  const wanted = evaluate(expression, packet);
  const about = `${formatFilter(expression)} on ${JSON.stringify(packet)}, seed ${seed}`;
  if (exact) assert.equal(accepted, wanted, about);
  else assert.ok(accepted || wanted === false, about);
}

const compile = (text: string): KernelFilter => compileFilter(parseFilter(text), interfaceIndex);

test('the filter in the kernel and evaluate agree on random filters and packets', (t) => {
  const kernel = kernelFilterOrSkip(t);
  if (!kernel) return;
  const seed = newSeed(t);
  const random = seeded(seed);
  const tally = { exact: 0, wide: 0, accepted: 0 };
  for (let round = 0; round < 600; round++) {
    const expression = randomExpression(random, 1 + random(round % 10 === 0 ? 60 : 8));
    const filter = compileFilter(expression, interfaceIndex);
    kernel.set(filter);
    tally[filter.exact ? 'exact' : 'wide']++;
    for (let turn = 0; turn < 10; turn++) {
      const packet = randomPacket(random);
      const accepted = kernel.accepts(keyOf(packet));
      compare(expression, filter, packet, accepted, seed);
      if (accepted) tally.accepted++;
    }
  }
  const share = tally.accepted / 6000;
  assert.ok(tally.exact > 200 && tally.wide > 100 && share > 0.1 && share < 0.9, JSON.stringify(tally));
});

test('from a packet’s bytes to the verdict: the parser and the filter in the kernel, and evaluate', (t) => {
  const kernel = kernelFilterOrSkip(t);
  if (!kernel) return;
  const seed = newSeed(t);
  const random = seeded(seed);
  const tally = { accepted: 0, rejected: 0, partial: 0 };
  for (let round = 0; round < 500; round++) {
    const expression = randomExpression(random, 1 + random(6));
    const filter = compileFilter(expression, interfaceIndex);
    kernel.set(filter);
    for (let turn = 0; turn < 10; turn++) {
      const wire = randomWirePacket(random);
      const { words, partial } = kernel.parse(wire);
      const packet = { ...randomPacket(random), ...wire.subject };
      const key = keyOf(packet);
      for (const word of NOT_IN_HEADERS) words[word] = key[word] ?? 0;
      if (partial) tally.partial++;
      else {
        const accepted = kernel.accepts(words);
        tally[accepted ? 'accepted' : 'rejected']++;
        compare(expression, filter, packet, accepted, seed);
      }
    }
  }
  assert.ok(tally.accepted > 500 && tally.rejected > 500 && tally.partial < 500, JSON.stringify(tally));
});

test('no filter accepts all; the longest reaches its last step', (t) => {
  const kernel = kernelFilterOrSkip(t);
  if (!kernel) return;
  const packet = { ...randomPacket(seeded(1)), source: [0, 0, 0xffff, 0x0a000007] };
  const hosts = Array.from({ length: 8 }, (_, index) => `host 10.0.0.${index}`).join(' or ');
  const longest = compile(hosts);
  assert.equal(longest.steps.length, MOST_STEPS);
  const verdicts = [compile(''), longest, compile(`not (${hosts})`), compile('')].map((filter) => {
    kernel.set(filter);
    return kernel.accepts(keyOf(packet));
  });
  assert.deepEqual(verdicts, [true, true, false, true]);
});

test('a table that leads nowhere ends and rejects', (t) => {
  const kernel = kernelFilterOrSkip(t);
  if (!kernel) return;
  const everything = { word: 0, mask: 0, low: 0, high: 0 };
  kernel.set({ steps: [{ ...everything, yes: 0, no: 0 }], exact: true, needsOwner: false, perEvent: false });
  assert.equal(kernel.accepts(keyOf(randomPacket(seeded(1)))), false);
});
