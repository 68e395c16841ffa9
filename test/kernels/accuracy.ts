import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { cases } from '../accuracy/cases.ts';
import { hold, lackOf, watch } from '../accuracy/suite.ts';
import { say } from './guest.ts';

const BYTES = 1_000_000;

/** Moves bytes in every way that test/accuracy knows, and holds the totals to them. */
export async function holdBytes(t: TestContext): Promise<void> {
  const nettops = await watch(t);
  const failed: string[] = [];
  for (const one of cases)
    await t.test(one.name, async (t) => {
      const began = performance.now();
      await hold(t, nettops, one, BYTES).catch((error: Error) => {
        const lack = lackOf(error);
        if (lack === null) failed.push(`${one.name}: ${error.message}`);
        else t.skip(lack);
      });
      say(`accuracy: ${one.name}: ${Math.round((performance.now() - began) / 1000)} s`);
    });
  await nettops.connections.end();
  await nettops.processes.end();
  assert.deepEqual(failed, []);
}
