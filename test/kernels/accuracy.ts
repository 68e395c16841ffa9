import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Case } from '../accuracy/bench.ts';
import { cases } from '../accuracy/cases.ts';
import { hold, lackOf, type Watch, watch } from '../accuracy/suite.ts';
import { list } from '../live/bpftool.ts';
import { say } from './guest.ts';

const BYTES = 1_000_000;
/** Of nettop: an emulated processor has enough to do with a second. */
const INTERVAL = '1s';

/** A processor that is so slow takes a process from its call now and then, and another one calls meanwhile. */
const TRIES = 3;
/** So many in one try: another one would be no better. */
const VERY_MANY = 100;
const SKIPPED = 'the kernel ran no program of nettop in up to';

interface Skipped {
  /** Calls on sockets that the kernel did not run a first program of nettop's for. */
  first: number;
  /** At most so many that it ran none for. nettop says so as a warning. */
  all: number;
  /** Whether there are second ones, as the kernel preempts the first (bpf/accounting/again.bpf.h). */
  preempts: boolean;
}

function skippedCalls(): Skipped {
  const programs = list('prog');
  const misses = (name: RegExp) =>
    programs
      .filter((program) => name.test(program.name ?? ''))
      .reduce((sum, { recursion_misses = 0 }) => sum + recursion_misses, 0);
  const first = misses(/^on_(send|receive)$/);
  const second = /^on_(send|receive)_agai/; // names are cut off
  const preempts = programs.some(({ name }) => second.test(name ?? ''));
  return { first, all: preempts ? misses(second) : first, preempts };
}

interface Failure {
  message: string;
  /** What the kernel did not do, where the fault is not nettop's. */
  lack: string | null;
}

/** Moves the bytes of a case; again where the kernel skipped calls. Null: it holds. */
async function failureOf(t: TestContext, nettops: Watch, one: Case): Promise<Failure | null> {
  for (let tries = 1; ; tries++) {
    const before = skippedCalls();
    const failure = await hold(t, nettops, one, BYTES).then(
      () => null,
      (error: Error) => error,
    );
    const now = skippedCalls();
    const [first, all] = [now.first - before.first, now.all - before.all];
    say(`accuracy: ${one.name}: ${failure ? 'fails' : 'holds'}, first looks skipped ${first}, calls ${all}`);
    if (!failure) return null;
    const { message } = failure;
    if (all === 0) return { message, lack: lackOf(failure) };
    if (tries === TRIES || all > VERY_MANY)
      return { message, lack: now.preempts ? `${SKIPPED} ${all} calls` : null };
  }
}

/** Moves bytes in every way that test/accuracy knows, and holds the totals to them. Calls that were skipped are told. */
export async function holdBytes(t: TestContext): Promise<void> {
  const nettops = await watch(t, INTERVAL);
  const failed: string[] = [];
  let skipping = false;
  for (const one of cases)
    await t.test(one.name, async (t) => {
      const failure = await failureOf(t, nettops, one);
      if (failure?.lack?.startsWith(SKIPPED)) skipping = true;
      if (failure?.lack) t.skip(failure.lack);
      else if (failure) failed.push(`${one.name}: ${failure.message}`);
    });
  for (const nettop of [nettops.connections, nettops.processes]) {
    const { warnings } = await nettop.end();
    if (skipping) assert.match(warnings.join(), /the kernel skipped up to \d+ calls/);
  }
  assert.deepEqual(failed, []);
}
