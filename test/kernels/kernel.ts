import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { namesWithout } from './checks.ts';
import { boot, sharer } from './machine.ts';
import { cache, type KernelPackage, kernelOf, Unavailable } from './package.ts';
import { type Result, resultOf } from './result.ts';
import { stage } from './stage.ts';

/** Under software emulation on a busy machine; an idle one takes a quarter of it. */
const LONGEST_MS = 2_400_000;
/** No test ended for so long: longer than a check may take there (job.ts), so that those that are left can run. */
const STILL_MS = 1_080_000;
const CONSOLE_LINES = 60;
const SLOWEST = 6;

/** With what the machine had said up to then. */
type Told = Result & { console: string[] };

/**
 * Boots the newest kernel of a Debian suite and reports each test of job.ts that ran there as a test here. `without`:
 * names of checks that are left out.
 */
export function testKernel(version: string, suite: string, without: readonly string[] = []): void {
  test(`Linux ${version}`, { timeout: LONGEST_MS }, async (t) => {
    const kernel = available(t, suite);
    if (!kernel) return;
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(join(cache, 'run-'));
    t.after(() => rmSync(work, { recursive: true }));
    const console: string[] = [];
    const results: Told[] = [];
    const script = await stage(join(work, 'stage'), without);
    const names = namesWithout(without);
    const still = new AbortController();
    const timer = setTimeout(() => still.abort(), STILL_MS).unref();
    const hear = (line: string): void => {
      const result = resultOf(line);
      if (result) {
        results.push({ ...result, console: [...console] });
        timer.refresh();
      } else if (console.push(line) > CONSOLE_LINES) console.shift();
      if (process.env.NETTOP_CONSOLE) process.stderr.write(`${version}: ${line}\n`);
    };
    await boot(t, kernel, work, script, hear, still.signal);
    clearTimeout(timer);
    const more = results.map(({ name }) => name).filter((name) => !names.includes(name));
    for (const name of [...names, ...more])
      await t.test(name, (t) => tell(t, name, results, { console, stoodStill: still.signal.aborted }));
    t.diagnostic(`Linux ${version}, in seconds there: ${slowest(results)}`);
  });
}

function slowest(results: Result[]): string {
  const sorted = results.toSorted((one, other) => other.seconds - one.seconds).slice(0, SLOWEST);
  return sorted.map(({ name, seconds }) => `${seconds} ${name.split(':')[0]}`).join(', ');
}

function available(t: TestContext, suite: string): KernelPackage | null {
  try {
    sharer();
    return kernelOf(suite);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    t.skip(error.message);
    return null;
  }
}

interface End {
  console: string[];
  stoodStill: boolean;
}

function tell(t: TestContext, name: string, results: Told[], { console, stoodStill }: End): void {
  const result = results.find((result) => result.name === name);
  const why = stoodStill
    ? `the machine was put off, as no test ended there for ${STILL_MS / 60_000} minutes,`
    : 'the machine went off';
  if (!result) assert.fail(`${why} before it was done; its console:\n${console.join('\n')}`);
  if (result.skip) t.skip(result.skip);
  else if (result.error) assert.fail(`${result.error}\nconsole:\n${result.console.join('\n')}`);
}
