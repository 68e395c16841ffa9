import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { live } from '../live/nettop.ts';
import type { Truth } from './bench.ts';
import { cases } from './cases.ts';
import { bytesOf, countedBy, hold, lackOf, watch } from './suite.ts';

const BYTES = 1_000_000;

/** Skips what this kernel does not offer, with what it said, and what needs a tool that is not there. */
async function whereAllowed(
  t: TestContext,
  tools: readonly string[] = [],
  body: () => Promise<void>,
): Promise<void> {
  const absent = tools.find((tool) => spawnSync('which', [tool]).status !== 0);
  if (absent) return t.skip(`${absent} is not installed`);
  try {
    await body();
  } catch (error) {
    const reason = lackOf(error as Error);
    if (reason === null) throw error;
    t.skip(reason);
  }
}

test(
  'every byte at its process and its connection',
  live(async (t) => {
    const nettops = await watch(t);
    const truths: Truth[] = [];
    for (const one of cases)
      await t.test(one.name, (t) =>
        whereAllowed(t, one.tools, async () => {
          truths.push(...(await hold(t, nettops, one, BYTES)));
        }),
      );
    await t.test('and no byte more when all is over', async () => {
      await nettops.connections.end();
      await nettops.processes.end();
      assert.deepEqual(countedBy(nettops.processes, truths), truths.map(bytesOf));
    });
  }),
);
