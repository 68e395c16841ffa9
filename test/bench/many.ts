import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';
import { measureTicks } from './ticks.ts';

/**
 * many.ts [SOCKETS]: what a tick of the worker costs beside so many open sockets, and how long a key takes. The
 * sockets are in a network namespace of their own, of several processes: a process may open 20,000 files at most
 * on many machines.
 */

const PROCESSES = 6;
const KEYS = 20;
const script = fileURLToPath(import.meta.url);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const worst = (values: number[]): number => Math.max(...values);
const both = (values: number[]): string =>
  `${Math.round(median(values))} ms, at worst ${Math.round(worst(values))} ms`;

/** From a key to the screen that it leads to: all rows are others then, which the worker finds. */
async function keys(within: readonly string[]): Promise<number[]> {
  const [command = '', ...args] = [...within, process.execPath, `${root}dist/cli.js`];
  const ui = launch(command, args, { columns: 120, rows: 40 });
  const title = (screen: string[]): number => screen.findIndex((line) => / 2 Connections /.test(line));
  const rows = (screen: string[]): string[] => screen.slice(title(screen) + 2, title(screen) + 8);
  await ui.until((screen) => /Connections 1\d\d/.test(screen[title(screen)] ?? ''), 60_000);
  ui.write('\tsss'); // in an order that stands still: of the round-trip times
  await wait(3000);
  const taken: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    await wait(100 + ((key * 137) % 900)); // anywhere in a tick
    const before = rows(ui.screen());
    const begin = performance.now();
    ui.write('I');
    await ui.until((screen) => rows(screen).every((row) => !before.includes(row)));
    taken.push(performance.now() - begin);
  }
  ui.close();
  return taken;
}

async function main(sockets: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-bench-'));
  const namespace = `nettop-bench-${process.pid}`;
  const within = ['ip', 'netns', 'exec', namespace];
  const many = join(folder, 'many');
  execFileSync('clang', ['-O2', '-o', many, `${root}test/bench/many.c`]);
  execFileSync('ip', ['netns', 'add', namespace]);
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  const count = Math.ceil(sockets / PROCESSES / 2);
  const holder = spawn('ip', [...within.slice(1), many, String(PROCESSES), String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (holder.exitCode !== null) throw new Error(`no ${sockets} sockets here: are so many files allowed?`);
    const measure = [...within.slice(1), process.execPath, '--import', 'tsx', script, 'measure'];
    const lines = execFileSync('ip', measure, { encoding: 'utf8', cwd: root }).trim().split('\n');
    const ticks = JSON.parse(lines.at(-1) ?? '') as Awaited<ReturnType<typeof measureTicks>>;
    say(`${ticks.rows} sockets`);
    say(`a tick of the worker: ${both(ticks.wallMs)}; of the processor ${both(ticks.cpuMs)}`);
    say(`between two ticks, when something is due: ${both(ticks.betweenMs.filter((ms) => ms > 1))}`);
    say(`memory of the worker's process: ${Math.round(ticks.memoryBytes / 1e6)} MB`);
    say(`a key that turns the order of the list: ${both(await keys(within))}`);
  } finally {
    holder.stdin.end();
    if (holder.exitCode === null) await once(holder, 'exit');
    execFileSync('ip', ['netns', 'delete', namespace]);
    rmSync(folder, { recursive: true });
  }
}

const [first = '100000'] = process.argv.slice(2);
if (first === 'measure') say(JSON.stringify(await measureTicks()));
else await main(Number(first));
