/** Runs the tests that set-up has made runnable: those of test/live one file at a time, as they share the kernel. */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { run } from 'node:test';
import { root } from './fresh.mjs';
import { Report } from './report.mjs';

const longestFileMs = 300_000;
const wanted = process.argv.slice(2);

const isWanted = (path) => wanted.length === 0 || wanted.some((part) => `test/${path}`.includes(part));
const paths = readdirSync(`${root}/test`, { recursive: true }).sort();
const files = paths.filter((path) => /\.test\.tsx?$/.test(path) && isWanted(path));
const isLive = (path) => path.startsWith('live/');

const report = new Report();
await runFiles(
  files.filter((path) => !isLive(path)),
  availableParallelism(),
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
