import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSeconds } from '../fixtures/processor.ts';
import { type Launched, launch } from '../fixtures/pty.ts';
import { root } from '../fixtures/tool.ts';

/**
 * requests.ts [ROUNDS]: what following requests costs: others, in turn without nettop, beside its screen without the
 * requests, and beside it with them, and nettop itself at 5,000 requests a second. In a network namespace of its own;
 * each request has both its ends there. Fails where more is taken than the goals below.
 */

/** Times as long as beside the screen without requests. */
const MOST_PING = 1.06;
/** Of the requests that wrk gets then. */
const LEAST_WRK = 0.95;
/** Times as much as beside the screen without requests: the processor time of one, with what nettop takes meanwhile. */
const MOST_REQUEST = 1.15;
/** Of a core, at 5,000 requests a second that go on: when the list is full, a new row takes the place of an old one. */
const MOST_SHARE = 0.06;

const ROUNDS = Number(process.argv[2] ?? 5);
/** Of each round: the screen with the requests and without them, one after the other. */
const PAIRS = 4;
const PINGS = 5000;
/** Short, at real-time priority: what else goes on can only add to the processor time, so that the least says most. */
const RUNS = 15;
const [RATE, SECONDS] = [5000, 8];
const WRK_SECONDS = 2;
const PORT = 8080;
/** Then the programs are in the kernel, and V8 has compiled what the start needs. */
const START_MS = 4000;
/** Then a pane that was chosen is in the kernel, and one that was left no more. */
const SWITCH_MS = 1500;
const MOST_START_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'nettop-bench-'));
const namespace = `nettop-bench-${process.pid}`;
const within = [`--net=/run/netns/${namespace}`];
const talk = join(folder, 'talk');
let nginx: ChildProcess | undefined;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const isThere = (command: string): boolean => spawnSync('which', [command]).status === 0;

const start = (...command: string[]): ChildProcess =>
  spawn('nsenter', [...within, ...command], { stdio: ['ignore', 'pipe', 'ignore'] });

async function output(...command: string[]): Promise<string> {
  const { stdout } = start(...command);
  return stdout ? text(stdout) : '';
}

/** One process that serves a page of 512 bytes from a file, and writes nothing. */
function startNginx(): ChildProcess {
  const file = join(folder, 'nginx.conf');
  writeFileSync(join(folder, 'index.html'), 'x'.repeat(512));
  const server = `server { listen 127.0.0.1:${PORT}; root ${folder}; }`;
  const main = `user root; daemon off; master_process off; pid ${folder}/pid; error_log /dev/null;`;
  writeFileSync(file, `${main} events {} http { access_log off; ${server} }`);
  return start('nginx', '-c', file);
}

interface Others {
  ping: number;
  wrk: number;
  request: number;
}

const WHAT: Record<keyof Others, string> = {
  ping: 'ns of a round that is no request',
  wrk: 'requests per second of wrk to nginx',
  request: 'processor time of one of them at wrk, nginx and nettop',
};

/** wrk's figures, beside these processes: on a busy machine the time of processors says more than that of the clock. */
async function wrk(...beside: number[]): Promise<Omit<Others, 'ping'>> {
  const taken = () => beside.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = taken();
  const timed = `TIMEFORMAT='took %U %S'; time wrk -t1 -c16 -d${WRK_SECONDS} ${url}`;
  const said = await output('bash', '-c', `{ ${timed}; } 2>&1`);
  const number = (pattern: RegExp) => Number(pattern.exec(said)?.[1]);
  const own = number(/took ([\d.]+)/) + number(/took [\d.]+ ([\d.]+)/);
  const made = number(/(\d+) requests in/);
  return { wrk: number(/Requests\/sec: +([\d.]+)/), request: (own + taken() - before) / made };
}

async function others(ui?: Launched): Promise<Others> {
  const pings: number[] = [];
  for (let run = 0; run < RUNS; run++)
    pings.push(Number(await output('chrt', '-f', '1', talk, 'ping', String(PINGS))));
  const pids = [nginx?.pid, ui?.process.pid].filter((pid) => pid !== undefined);
  return { ping: Math.min(...pings), ...(await wrk(...pids)) };
}

const url = `http://127.0.0.1:${PORT}/`;

/** `work` beside nettop's screen. */
async function beside<T>(work: (ui: Launched) => Promise<T>): Promise<T> {
  const command = [...within, process.execPath, `${root}dist/cli.js`];
  const ui = launch('nsenter', command, { columns: 120, rows: 40 });
  try {
    await ui.until((screen) => screen.some((line) => / Requests /.test(line)), MOST_START_MS);
    ui.write('5z');
    await wait(START_MS);
    return await work(ui);
  } finally {
    ui.close();
  }
}

/** Others beside the screen of a pane alone. */
async function besidePane(ui: Launched, key: string): Promise<Others> {
  ui.write(key);
  await wait(SWITCH_MS);
  return others(ui);
}

interface Rated {
  share: number;
  rate: number;
}

/** nettop's share of a core, all threads, and how many answers came in a second. */
async function atRate({ process: { pid } }: Launched): Promise<Rated> {
  const before = cpuSeconds(pid);
  const begin = performance.now();
  const made = Number(await output(talk, 'get', String(PORT), String(RATE), String(SECONDS)));
  const seconds = (performance.now() - begin) / 1000;
  return { share: (cpuSeconds(pid) - before) / seconds, rate: made / seconds };
}

async function measure(): Promise<void> {
  const controls: { before: Others; after: Others }[] = [];
  const pairs: { left: Others; shown: Others; alone: Others }[] = [];
  const filling: Rated[] = [];
  const rated: Rated[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const alone = await others();
    controls.push({ before: alone, after: await others() });
    await beside(async (ui) => {
      await besidePane(ui, '5'); // V8 has compiled what requests need
      for (let pair = 0; pair < PAIRS; pair++)
        pairs.push({ left: await besidePane(ui, '1'), shown: await besidePane(ui, '5'), alone });
      filling.push(await atRate(ui)); // as many requests as are kept come within seven seconds, and each makes a row
      rated.push(await atRate(ui));
    });
  }
  const times: Record<string, number> = {};
  for (const what of ['ping', 'wrk', 'request'] as const) {
    const control = median(controls.map(({ before, after }) => after[what] / before[what]));
    const left = median(pairs.map((pair) => pair.left[what] / pair.alone[what]));
    const shown = median(pairs.map((pair) => pair.shown[what] / pair.left[what]));
    times[what] = shown;
    say(`${WHAT[what]}, times as many as without nettop: ${control.toFixed(2)} without, too`);
    say(`  beside its screen without requests ${left.toFixed(2)}, with them ${shown.toFixed(2)} times that`);
  }
  const shareOf = (all: Rated[]) => median(all.map((one) => one.share));
  const share = shareOf(rated);
  const rate = Math.round(median(rated.map((one) => one.rate)));
  const first = `${(100 * shareOf(filling)).toFixed(1)} % in the first ${SECONDS} seconds`;
  say(`nettop at ${rate} requests/s: ${(100 * share).toFixed(1)} % of a core, ${first}`);
  const { ping = Number.NaN, wrk: got = Number.NaN, request = Number.NaN } = times;
  const isCheap = ping <= MOST_PING && got >= LEAST_WRK && request <= MOST_REQUEST && share <= MOST_SHARE;
  if (!isCheap) process.exitCode = 1;
}

const missing = ['nginx', 'wrk'].filter((command) => !isThere(command));
if (missing.length > 0) say(`skipped: ${missing.join(' and ')} not installed`);
else {
  try {
    execFileSync('clang', ['-O2', '-o', talk, `${root}test/bench/talk.c`]);
    execFileSync('ip', ['netns', 'add', namespace]);
    execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
    nginx = startNginx();
    await measure();
  } finally {
    nginx?.kill('SIGTERM');
    spawnSync('ip', ['netns', 'delete', namespace]);
    rmSync(folder, { recursive: true });
  }
}
