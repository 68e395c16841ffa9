import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';

/**
 * soak.ts [MINUTES]: what memory nettop's screen takes, minute by minute, while 500 processes a second begin, make a
 * connection and end, and keys are pressed; and two minutes later. Fails where it is more than 1.2 of what it was
 * after the first minute.
 */

const RATE = 500;
const KEY_MS = 500;
/** Through the panes, their rows, a sort, an inspector and out of it. */
const KEYS = ['j', 'j', 'k', '\t', 'j', 's', '\t', 'j', '\r', '\x1b', '\t', 'G', 'g'];
const MINUTE_MS = 60_000;
/** Closed connections are kept for one. */
const AFTER = 2;
const MOST = 1.2;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

interface Memory {
  /** MB: all, with this process's part of what others share, and what is its own. */
  rss: number;
  pss: number;
  uss: number;
}

function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const of = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
  return { rss: of('Rss'), pss: of('Pss'), uss: of('Private_Clean') + of('Private_Dirty') };
}

function tell(when: string, { rss, pss, uss }: Memory): void {
  const mb = (value: number) => `${Math.round(value)} MB`;
  say(`${when.padEnd(22)} resident ${mb(rss)}, of that proportional ${mb(pss)}, its own ${mb(uss)}`);
}

async function main(minutes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-soak-'));
  const program = join(folder, 'soak');
  execFileSync('clang', ['-O2', '-o', program, `${root}test/bench/soak.c`]);
  const ui = launch(process.execPath, [`${root}dist/cli.js`], { columns: 120, rows: 40 });
  await ui.until((screen) => screen.some((line) => line.includes('Connections')), MINUTE_MS);
  const { pid } = ui.process;
  await wait(5000);
  tell('idle', memoryOf(pid));
  let pressed = 0;
  const keys = setInterval(() => ui.write(KEYS[pressed++ % KEYS.length] as string), KEY_MS);
  const shell = `ip link set lo up && exec ${program} ${RATE} ${minutes * 60}`;
  const load = spawn('unshare', ['--net', 'sh', '-c', shell], { stdio: ['ignore', 'pipe', 'inherit'] });
  const made = load.stdout.setEncoding('utf8').toArray();
  const taken: number[] = [];
  try {
    for (let minute = 1; minute <= minutes + AFTER; minute++) {
      await wait(MINUTE_MS);
      const memory = memoryOf(pid);
      taken.push(memory.rss);
      tell(minute <= minutes ? `minute ${minute}` : `${minute - minutes} after the load`, memory);
    }
  } finally {
    clearInterval(keys);
    load.kill();
    ui.close();
    rmSync(folder, { recursive: true });
  }
  const [first = Number.NaN] = taken;
  const most = Math.max(...taken) / first;
  say(`${(await made).join('').trim() || 'not all'} connections, ${pressed} keys`);
  say(`at most ${most.toFixed(2)} of its value after the first minute`);
  if (!(most <= MOST)) process.exitCode = 1;
}

await main(Number(process.argv[2] ?? 10));
