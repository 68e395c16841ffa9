import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openCgroupRoot } from '../../native/cgroup.ts';
import { lineProblem } from '../fixtures/json-schema.ts';
import { cli } from './nettop.ts';
import type { ConnectionLine, DropLine, ProcessLine, RequestLine, RequestTotalsLine } from './rows.ts';

/** The line of docs/json.md. */
export interface RunLine {
  type: 'run';
  time: string;
  command: string[];
  exitCode: number;
  durationSeconds: number;
  stillRunning: string[];
  transmitBytes: number;
  receiveBytes: number;
  waited: { for: string; microseconds: number; times: number | null; failed: number | null }[];
  failure: string | null;
  warnings: string[];
}

export interface FailedCallLine {
  type: 'failedCall';
  count: number;
  call: string;
  protocol: string;
  remoteAddress: string;
  remotePort: number | null;
  pid: number;
  process: string;
  cause: string;
  reason: string | null;
  error: string | null;
  icmp: { sender: string } | null;
}

type Line =
  | FailedCallLine
  | RunLine
  | ProcessLine
  | ConnectionLine
  | RequestLine
  | DropLine
  | RequestTotalsLine;

/** What came of a run. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  run: RunLine;
  processes: ProcessLine[];
  connections: ConnectionLine[];
  failedCalls: FailedCallLine[];
  requests: RequestLine[];
  drops: DropLine[];
}

let made = 0;

/** Starts `nettop run` with its report as JSON in a file. */
export function startRun(
  t: TestContext,
  command: readonly string[],
  { flags = [], env = {} }: { flags?: string[]; env?: Record<string, string> } = {},
): { child: ChildProcess; done: Promise<Ran> } {
  const file = join(tmpdir(), `nettop-run-${process.pid}-${made++}.json`);
  t.after(() => rmSync(file, { force: true }));
  const args = [cli, 'run', '--json', '--output', file, ...flags, '--', ...command];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  const done = new Promise<Ran>((resolve, reject) => {
    child.once('close', (code) => {
      try {
        resolve({ code, ...said, ...linesOf(file) });
      } catch (error) {
        reject(new Error(`no report (exit ${code}): ${said.stderr}`, { cause: error }));
      }
    });
  });
  return { child, done };
}

function linesOf(file: string) {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const problem = lines.map(lineProblem).find((one) => one !== '');
  if (problem !== undefined) throw new Error(`not as docs/schema says: ${problem}`);
  const of = <T extends Line>(type: T['type']) => lines.filter((line) => line.type === type) as T[];
  const [run] = of<RunLine>('run');
  if (!run) throw new Error('no line "run"');
  return {
    run,
    processes: of<ProcessLine>('process'),
    connections: of<ConnectionLine>('connection'),
    failedCalls: of<FailedCallLine>('failedCall'),
    requests: of<RequestLine>('request'),
    drops: of<DropLine>('drop'),
  };
}

/** Cgroups of runs that are there, under the root of cgroup v2 and below. */
export function cgroupsLeft(): string[] {
  const root = openCgroupRoot();
  if (root === null) return [];
  const all = readdirSync(`/proc/self/fd/${root}/`, { recursive: true, encoding: 'utf8' });
  closeSync(root);
  return all.filter((path) => /nettop-run-[^/]*$/.test(path));
}
