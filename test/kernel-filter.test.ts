import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FilterTable } from '../src/capture/filter-table.ts';
import { compileFilter, type KernelFilter, MOST_STEPS } from '../src/filter/compile.ts';
import { evaluate } from '../src/filter/evaluate.ts';
import { formatFilter } from '../src/filter/format.ts';
import { parseFilter } from '../src/filter/parser.ts';
import { interfaceIndex, keyOf, randomExpression, randomPacket, seeded } from './filter-random.ts';
import { indexKey, perCpu } from './fixtures/bpf.ts';
import { packetProgramsOrSkip } from './fixtures/packet-programs.ts';

/** The kernel's filter: sets a table, and says whether it accepts a packet's words. */
function kernelFilterOrSkip(t: TestContext) {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return null;
  const { object, btf } = programs;
  const table = new FilterTable(object.map('controls').mapValue(), btf);
  t.after(() => table.close());
  const packets = object.map('packets');
  return {
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

const compile = (text: string): KernelFilter => compileFilter(parseFilter(text), interfaceIndex);

test('the filter in the kernel and evaluate agree on random filters and packets', (t) => {
  const kernel = kernelFilterOrSkip(t);
  if (!kernel) return;
  const random = seeded(23);
  const tally = { exact: 0, wide: 0, accepted: 0 };
  for (let round = 0; round < 600; round++) {
    const expression = randomExpression(random, 1 + random(round % 10 === 0 ? 60 : 8));
    const filter = compileFilter(expression, interfaceIndex);
    kernel.set(filter);
    tally[filter.exact ? 'exact' : 'wide']++;
    for (let turn = 0; turn < 10; turn++) {
      const packet = randomPacket(random);
      const wanted = evaluate(expression, packet);
      const accepted = kernel.accepts(keyOf(packet));
      const about = `${formatFilter(expression)} on ${JSON.stringify(packet)}`;
      if (filter.exact) assert.equal(accepted, wanted, about);
      else assert.ok(accepted || wanted === false, about);
      if (accepted) tally.accepted++;
    }
  }
  const share = tally.accepted / 6000;
  assert.ok(tally.exact > 200 && tally.wide > 100 && share > 0.1 && share < 0.9, JSON.stringify(tally));
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
  kernel.set({ steps: [{ ...everything, yes: 0, no: 0 }], exact: true, needsOwner: false });
  assert.equal(kernel.accepts(keyOf(randomPacket(seeded(1)))), false);
});
