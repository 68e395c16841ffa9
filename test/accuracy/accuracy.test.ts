import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live } from '../live/nettop.ts';
import type { Truth } from './bench.ts';
import { cases } from './cases.ts';
import { bytesOf, countedBy, hold, watch } from './suite.ts';

const BYTES = 1_000_000;

test(
  'every byte at its process and its connection',
  live(async (t) => {
    const nettops = await watch(t);
    const truths: Truth[] = [];
    for (const one of cases)
      await t.test(one.name, async (t) => {
        truths.push(...(await hold(t, nettops, one, BYTES)));
      });
    await t.test('and no byte more when all is over', async () => {
      await nettops.connections.end();
      await nettops.processes.end();
      assert.deepEqual(countedBy(nettops.processes, truths), truths.map(bytesOf));
    });
  }),
);
