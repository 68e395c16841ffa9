import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Case } from '../accuracy/bench.ts';
import { cases } from '../accuracy/cases.ts';
import { hold, lackOf, type Watch, watch } from '../accuracy/suite.ts';
import { list } from '../live/bpftool.ts';
import { say } from './guest.ts';

const BYTES = 1_000_000;

/** A processor that is so slow takes a process from its call now and then, and another one calls meanwhile. */
const TRIES = 5;

/** Calls on sockets that the kernel ran no program of nettop's for, at most. nettop says so as a warning. */
function skippedCalls(): number {
  const all = list('prog');
  const again = all.filter(({ name }) => /^on_(send|receive)_agai/.test(name ?? '')); // names are cut off
  const programs =
    again.length > 0 ? again : all.filter(({ name }) => /^on_(send|receive)$/.test(name ?? ''));
  return programs.reduce((sum, { recursion_misses: misses = 0 }) => sum + misses, 0);
}

/** Moves the bytes of a case; again where the kernel skipped calls. Null: it holds. */
async function failureOf(t: TestContext, nettops: Watch, one: Case): Promise<Error | null> {
  for (let tries = 1; ; tries++) {
    const before = skippedCalls();
    const failure = await hold(t, nettops, one, BYTES).then(
      () => null,
      (error: Error) => error,
    );
    const skipped = skippedCalls() - before;
    say(`accuracy: ${one.name}: ${failure ? 'fails' : 'holds'}, ${skipped} calls skipped`);
    if (!failure || skipped === 0 || tries === TRIES) return failure;
  }
}

/** Moves bytes in every way that test/accuracy knows, and holds the totals to them. */
export async function holdBytes(t: TestContext): Promise<void> {
  const nettops = await watch(t);
  const failed: string[] = [];
  for (const one of cases)
    await t.test(one.name, async (t) => {
      const failure = await failureOf(t, nettops, one);
      const lack = failure && lackOf(failure);
      if (lack) t.skip(lack);
      else if (failure) failed.push(`${one.name}: ${failure.message}`);
    });
  await nettops.connections.end();
  await nettops.processes.end();
  assert.deepEqual(failed, []);
}
