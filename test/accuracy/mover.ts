import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SLOWNESS } from '../fixtures/slowness.ts';

const LONGEST_MS = 5000;

/** A way to send and to receive, as mover/ways.h names them. */
export type Way =
  | 'call'
  | 'write'
  | 'message'
  | 'many'
  | 'nonblocking'
  | 'peek'
  | 'file'
  | 'splice'
  | 'segments'
  | 'zerocopy'
  | 'fastopen'
  | 'pages'
  | 'discard'
  | 'urgent'
  | 'empty'
  | 'timed'
  | 'ring'
  | 'ring-thread';

/** What a command answered. */
export interface Answer {
  value: number;
  /** Calls that moved less than they were asked to. */
  partial: number;
  /** Calls that moved nothing, as there was no room. */
  again: number;
}

/** A process that moves bytes as it is told: mover/mover.c. */
export class Mover {
  private readonly waiting: ((line: string) => void)[] = [];

  constructor(private readonly child: ChildProcess) {
    if (!child.stdout) throw new Error('the mover has no output');
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.waiting.shift()?.(line));
    lines.on('close', () => {
      for (const hear of this.waiting.splice(0)) hear('error the mover is gone');
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Has a command done; throws what the kernel said to it. */
  async ask(...words: (string | number)[]): Promise<Answer> {
    const command = words.join(' ');
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push(resolve);
      this.child.stdin?.write(`${command}\n`);
      const late = () => reject(new Error(`no answer to: ${command}`));
      setTimeout(late, LONGEST_MS * SLOWNESS).unref();
    });
    if (line.startsWith('error')) throw new Error(`${command}: ${line}`);
    const [value = 0, partial = 0, again = 0] = line.split(' ').map(Number);
    return { value, partial, again };
  }

  /** The number that a command answers with. */
  async do(...words: (string | number)[]): Promise<number> {
    return (await this.ask(...words)).value;
  }

  /** Has these commands done at once and lets it end; resolves when it is gone. */
  async endAfter(...commands: string[]): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.stdin?.end(`${commands.join('\n')}\n`);
    await gone;
  }
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Compiles mover.c to a file. */
export function compileMover(file: string): void {
  const source = here('mover/mover.c');
  execFileSync('clang', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', file, source, '-lpthread']);
}

function compileForThisRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-mover-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mover');
  compileMover(file);
  return file;
}

let program = '';

function moverProgram(): string {
  // beside a bundle, which an emulated machine runs, the program stands compiled
  program ||= import.meta.url.endsWith('.mjs') ? here('mover') : compileForThisRun();
  return program;
}

/** Starts a mover; it ends with the test. `within`: a command that it runs under. */
export function startMover(t: TestContext, within: readonly string[] = []): Mover {
  const [command = '', ...rest] = [...within, moverProgram()];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin?.on('error', () => {});
  t.after(() => child.kill('SIGKILL'));
  return new Mover(child);
}
