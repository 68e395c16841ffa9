/**
 * Runs the tests that set-up has made runnable: those of test/live and test/accuracy one file at a time, as they share the kernel.
 * With --kernels those of test/kernels instead, which bring kernels of their own; with --all those last.
 * With --quick those that need neither root nor a kernel nor a build, many files in one process.
 * In a whole run, what shares the kernel with all that runs on the machine is run once more by itself where it
 * failed: what passes then is told as unstable, with its failure, and is no failure of the whole.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { choiceOf, filesOf, isKernel, isLive, quickOf } from './choice.mjs';
import { root } from './fresh.mjs';
import { Report } from './report.mjs';

const choice = choiceOf(process.argv.slice(2));
const { kernels, all, quick, name, parts } = choice;
const LONGEST_FILE_MS = 300_000;
const LONGEST_KERNEL_MS = 2_400_000;
/** An emulated machine has one processor, and takes as much of one here. */
const MOST_MACHINES = Math.min(2, availableParallelism());
/** So many files that fail are no accident. */
const MOST_AGAIN = 4;
/** Told at the end of a whole run. */
const SLOWEST = 10;

const files = filesOf(choice);
const report = new Report();
if (quick) await runTogether(await quickOf(files));
else {
  if (!kernels) {
    await runFiles(
      files.filter((path) => !isLive(path) && !isKernel(path)),
      availableParallelism(),
      LONGEST_FILE_MS,
    );
    await runFiles(files.filter(isLive), 1, LONGEST_FILE_MS);
  }
  if (kernels || all) await runFiles(files.filter(isKernel), MOST_MACHINES, LONGEST_KERNEL_MS);
}
const isWhole = parts.length === 0 && name === null && !quick;
if (isWhole) await runAgain(report.failing);
process.exit(report.close(isWhole ? SLOWEST : 0) ? 0 : 1);

/** Node starts a process for each file it is given, of which half a second is the start: here one for each processor. */
async function runTogether(paths) {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-quick-'));
  const hands = Array.from({ length: availableParallelism() }, (_, hand) => ({
    entry: join(folder, `${hand}.mjs`),
    paths: paths.filter((_, index) => index % availableParallelism() === hand),
  })).filter(({ paths }) => paths.length > 0);
  for (const { entry, paths } of hands) writeFileSync(entry, importing(paths));
  try {
    await runEntries(
      hands.map(({ entry }) => entry),
      hands.length,
      LONGEST_FILE_MS,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file that cannot be loaded is a failed test of its name, and the others go on. */
function importing(paths) {
  return `import { test } from 'node:test';
for (const path of ${JSON.stringify(paths)})
  await import('${root}/test/' + path).catch((error) => test(path, () => Promise.reject(error)));
`;
}

async function runAgain(failing) {
  const shared = failing.filter((file) => file.includes('/test/live/') || file.includes('/test/kernels/'));
  if (shared.length > MOST_AGAIN) return;
  for (const file of shared) {
    const alone = new Report();
    await runEntries([file], 1, LONGEST_KERNEL_MS, alone);
    report.settle(file, alone);
  }
}

function runFiles(paths, concurrency, timeout) {
  const entries = paths.map((path) => `${root}/test/${path}`);
  return runEntries(entries, concurrency, timeout);
}

async function runEntries(entries, concurrency, timeout, into = report) {
  if (entries.length === 0) return;
  const named = name === null ? {} : { testNamePatterns: [literal(name)] };
  const events = run({ files: entries, concurrency, timeout, ...named });
  for await (const event of events) into.take(event);
}

/** Matches where the text is. */
function literal(text) {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}
