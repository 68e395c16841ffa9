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

interface Skipped {
  /** Calls on sockets that the kernel did not run a first program of nettop's for. */
  first: number;
  /** At most so many that it ran none for. nettop says so as a warning. */
  all: number;
}

function skippedCalls(): Skipped {
  const programs = list('prog');
  const misses = (name: RegExp) =>
    programs
      .filter((program) => name.test(program.name ?? ''))
      .reduce((sum, { recursion_misses = 0 }) => sum + recursion_misses, 0);
  const first = misses(/^on_(send|receive)$/);
  const second = /^on_(send|receive)_agai/; // names are cut off
  return { first, all: programs.some(({ name }) => second.test(name ?? '')) ? misses(second) : first };
}

/** Moves the bytes of a case; again where the kernel skipped calls. Null: it holds. */
async function failureOf(t: TestContext, nettops: Watch, one: Case): Promise<Error | null> {
  for (let tries = 1; ; tries++) {
    const before = skippedCalls();
    const failure = await hold(t, nettops, one, BYTES).then(
      () => null,
      (error: Error) => error,
    );
    const now = skippedCalls();
    const [first, all] = [now.first - before.first, now.all - before.all];
    say(`accuracy: ${one.name}: ${failure ? 'fails' : 'holds'}, first looks skipped ${first}, calls ${all}`);
    if (!failure || all === 0 || tries === TRIES) return failure;
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
