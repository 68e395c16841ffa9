/**
 * Runs the tests that set-up has made runnable: those of test/live one file at a time, as they share the kernel.
 * With --kernels those of test/kernels instead, which bring kernels of their own.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { run } from 'node:test';
import { root } from './fresh.mjs';
import { Report } from './report.mjs';

const wanted = process.argv.slice(2).filter((argument) => argument !== '--kernels');
const kernels = process.argv.includes('--kernels');
const longestFileMs = kernels ? 900_000 : 300_000;

const isWanted = (path) =>
  path.startsWith('kernels/') === kernels &&
  (wanted.length === 0 || wanted.some((part) => `test/${path}`.includes(part)));
const paths = readdirSync(`${root}/test`, { recursive: true }).sort();
const files = paths.filter((path) => /\.test\.tsx?$/.test(path) && isWanted(path));
const isLive = (path) => path.startsWith('live/');

const report = new Report();
await runFiles(
  files.filter((path) => !isLive(path)),
  kernels ? 1 : availableParallelism(),
);
await runFiles(files.filter(isLive), 1);
process.exit(report.close() ? 0 : 1);

async function runFiles(paths, concurrency) {
  if (paths.length === 0) return;
  const events = run({
    files: paths.map((path) => `${root}/test/${path}`),
    concurrency,
    timeout: longestFileMs,
  });
  for await (const event of events) report.take(event);
}
