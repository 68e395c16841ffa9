/**
 * Runs the tests that set-up has made runnable: those of test/live and test/accuracy one file at a time, as they share the kernel.
 * With --kernels those of test/kernels instead, which bring kernels of their own; with --all those last.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { run } from 'node:test';
import { root } from './fresh.mjs';
import { Report } from './report.mjs';

const args = process.argv.slice(2);
const wanted = args.filter((argument) => !argument.startsWith('--'));
const LONGEST_FILE_MS = 300_000;
const LONGEST_KERNEL_MS = 2_400_000;
/** An emulated machine has one processor, and takes as much of one here. */
const MOST_MACHINES = Math.min(2, availableParallelism());

const isLive = (path) => /^(live|accuracy)\//.test(path);
const isKernel = (path) => path.startsWith('kernels/');
/** A kernel by its whole name: 6.1 is a part of 6.12. */
const isMeant = (path, part) =>
  isKernel(path) ? `kernels/${part}.test.ts` === path : `test/${path}`.includes(part);
const isWanted = (path) => wanted.length === 0 || wanted.some((part) => isMeant(path, part));
const paths = readdirSync(`${root}/test`, { recursive: true }).sort();
const files = paths.filter((path) => /\.test\.tsx?$/.test(path) && isWanted(path));

const report = new Report();
if (!args.includes('--kernels')) {
  await runFiles(
    files.filter((path) => !isLive(path) && !isKernel(path)),
    availableParallelism(),
    LONGEST_FILE_MS,
  );
  await runFiles(files.filter(isLive), 1, LONGEST_FILE_MS);
}
if (args.includes('--kernels') || args.includes('--all'))
  await runFiles(files.filter(isKernel), MOST_MACHINES, LONGEST_KERNEL_MS);
process.exit(report.close() ? 0 : 1);

async function runFiles(paths, concurrency, timeout) {
  if (paths.length === 0) return;
  const events = run({ files: paths.map((path) => `${root}/test/${path}`), concurrency, timeout });
  for await (const event of events) report.take(event);
}
