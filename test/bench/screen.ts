import { execFileSync, spawn as spawnChild, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { cpuSeconds } from '../fixtures/processor.ts';
import { root } from '../fixtures/tool.ts';

/**
 * screen.ts [ROUNDS [PACKETS-PER-SECOND]]: what nettop, its peers and nothing cost beside each other, in turn, in
 * a network namespace of their own: while nothing moves there, and while 64-byte datagrams cross a cable.
 */

const [rounds = 2, rate = 30_000] = process.argv.slice(2).map(Number);
const [COLUMNS, ROWS] = [120, 40];
/** Until it has come to rest, a second at a time. */
const [START_MS, AT_REST, MOST_START_MS] = [1000, 0.1, 20_000];
const SECONDS = 6;
/** Of which processor time is told to a hundredth of a second. */
const IDLE_SECONDS = 20;
/** The speed of a virtual machine changes within a second: the middle one counts. */
const STARTS = 5;
/** Then it is idle: V8 compiles and collects for some seconds after a start. */
const REST_MS = 15_000;
/** The flood is up to its rate by then. */
const SETTLE_MS = 500;

const nettop = (...args: string[]) => [process.execPath, `${root}dist/cli.js`, ...args];

/** Each in a pseudo-terminal; what writes a line for each packet writes it to /dev/null. */
const PROGRAMS: readonly { name: string; command: string[]; silent?: true }[] = [
  { name: 'nothing', command: ['sleep', '1000'] },
  { name: 'nettop', command: nettop() },
  { name: 'nettop -s', command: nettop('-s') },
  { name: 'nettop processes --json', command: nettop('processes', '--json') },
  { name: 'nethogs', command: ['nethogs', '-C'] },
  { name: 'bandwhich', command: ['bandwhich'] },
  { name: 'tcpdump -n', command: ['tcpdump', '-n', '-i', 'cable'], silent: true },
];

/** Seconds of processor time, shares of one core, bytes, datagrams a second. */
const FIGURES = ['start', 'idle', 'idleRss', 'load', 'loadRss', 'sender', 'rate'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

const folder = mkdtempSync(join(tmpdir(), 'nettop-bench-'));
const [near, far] = [`nettop-bench-${process.pid}`, `nettop-bench-${process.pid}-far`];
const flood = join(folder, 'flood');

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const ip = (...args: string[]) => execFileSync('ip', args);
const isThere = (command: string) => spawnSync('which', [command]).status === 0;

function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** Two namespaces and a cable between them: only what the bench sends moves there. */
function lay(): void {
  for (const name of [near, far]) ip('netns', 'add', name);
  ip('-n', near, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', far);
  for (const [name, host] of [
    [near, 1],
    [far, 2],
  ] as const) {
    ip('-n', name, 'address', 'add', `192.0.2.${host}/24`, 'dev', 'cable');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'link', 'set', 'cable', 'up');
  }
}

function clear(): void {
  for (const name of [near, far]) spawnSync('ip', ['netns', 'delete', name]);
  rmSync(folder, { recursive: true });
}

/** The share of a core of each of the processes, in the same seconds. */
async function shares(during: number, ...pids: number[]): Promise<number[]> {
  const before = pids.map(cpuSeconds);
  const begin = performance.now();
  await wait(during * 1000);
  const seconds = (performance.now() - begin) / 1000;
  return pids.map((pid, index) => (cpuSeconds(pid) - (before[index] ?? 0)) / seconds);
}

/** Seconds of processor time until it uses little, or the start has taken too long. */
async function started(pid: number): Promise<number> {
  for (let ms = 0, before = -1; ; ms += START_MS) {
    const now = cpuSeconds(pid);
    if (ms >= MOST_START_MS || (ms > START_MS && now - before < (AT_REST * START_MS) / 1000)) return now;
    before = now;
    await wait(START_MS);
  }
}

/** As sudo leaves it: where NODE_EXTRA_CA_CERTS names a file, Node.js reads certificates for 50 ms before all else. */
const { PATH, HOME, LANG } = process.env;

function open(args: string[]) {
  const size = { cols: COLUMNS, rows: ROWS, name: 'xterm-256color', env: { PATH, HOME, LANG } };
  const child = spawn('nsenter', args, size);
  const ended = new Promise((resolve) => child.onExit(resolve));
  child.onData(() => {});
  const end = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { child, end };
}

async function measure(command: readonly string[], silent: boolean): Promise<Figures> {
  // not by ip netns exec, which mounts another /sys
  const within = [`--net=/run/netns/${near}`];
  const whole = silent ? ['sh', '-c', `exec ${command.join(' ')} > /dev/null 2>&1`] : command;
  const starts: number[] = [];
  for (let at = 1; at < STARTS; at++) {
    const one = open([...within, ...whole]);
    starts.push(await started(one.child.pid));
    await one.end();
  }
  const { child, end } = open([...within, ...whole]);
  const start = median([...starts, await started(child.pid)]);
  await wait(REST_MS);
  const [idle = 0] = await shares(IDLE_SECONDS, child.pid);
  const idleRss = residentBytes(child.pid);
  const seconds = String(SECONDS + 2);
  const args = [
    ...within,
    'nice',
    '-n',
    '-10',
    flood,
    String(rate),
    seconds,
    `/run/netns/${far}`,
    '192.0.2.2',
  ];
  const sending = spawnChild('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const sent = text(sending.stdout);
  await wait(SETTLE_MS);
  const [load = 0, sender = 0] = await shares(SECONDS, child.pid, sending.pid ?? 0);
  const loadRss = residentBytes(child.pid);
  await end();
  return { start, idle, idleRss, load, loadRss, sender, rate: Number(await sent) / (SECONDS + 2) };
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function table(results: ReadonlyMap<string, Figures[]>): void {
  const middle = (name: string) => {
    const runs = results.get(name) ?? [];
    const values = FIGURES.map((figure) => [figure, median(runs.map((run) => run[figure]))]);
    return Object.fromEntries(values) as Figures;
  };
  const peer = middle('nethogs');
  const line = (cells: string[]) =>
    say(cells.map((cell, at) => (at ? cell.padStart(9) : cell.padEnd(24))).join(' '));
  say(`shares of one core at the median of ${rounds} rounds; in brackets of nethogs in the same rounds`);
  line(['', 'start', 'idle', '', 'memory', 'load', '', 'memory', 'sender', 'at']);
  for (const name of results.keys()) {
    const one = middle(name);
    const ratio = (figure: 'idle' | 'load') =>
      peer[figure] > 0 ? `(${(one[figure] / peer[figure]).toFixed(2)})` : '';
    line([
      name,
      `${one.start.toFixed(2)} s`,
      percent(one.idle),
      ratio('idle'),
      mib(one.idleRss),
      percent(one.load),
      ratio('load'),
      mib(one.loadRss),
      percent(one.sender),
      `${Math.round(one.rate)}/s`,
    ]);
  }
}

const there = PROGRAMS.filter(({ command: [first = ''] }) => isThere(first));
for (const { name } of PROGRAMS.filter((one) => !there.includes(one))) say(`${name}: not installed`);
try {
  execFileSync('clang', ['-O2', '-o', flood, `${root}test/bench/flood.c`]);
  lay();
  say(
    `${COLUMNS}x${ROWS}, ${rate} datagrams of 64 bytes a second for ${SECONDS} s, after ${IDLE_SECONDS} s without; the middle of ${STARTS} starts`,
  );
  const results = new Map<string, Figures[]>();
  for (let round = 0; round < rounds; round++)
    for (const { name, command, silent = false } of there)
      results.set(name, [...(results.get(name) ?? []), await measure(command, silent)]);
  table(results);
} finally {
  clear();
}
