import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { root } from '../fixtures/tool.ts';
import { until } from './until.ts';

export const cli = `${root}dist/cli.js`;

/** A nettop that a test started: what it says beside its output, and its end. */
export class Started {
  errors = '';
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  private code: number | string | null = null;

  constructor(protected readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.code = code ?? signal ?? 'gone';
        resolve(this.code);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.code !== null;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Its reader goes away. */
  leave(): void {
    this.child.stdout?.destroy();
  }

  /** It reads no more. */
  stand(): void {
    this.child.stdout?.pause();
  }

  /** It reads again. */
  goOn(): void {
    this.child.stdout?.resume();
  }

  /** As until(); fails at once when nettop has ended. */
  until<T>(
    what: string,
    ask: () => T | false | null | undefined | Promise<T | false | null | undefined>,
    ms?: number,
  ): Promise<T> {
    return until(
      what,
      async () => {
        const answer = await ask();
        if (!answer && this.code !== null)
          throw new Error(`nettop ended (${this.code}) before: ${what}\n${this.errors}`);
        return answer;
      },
      ms,
    );
  }
}

/** One whose output is taken as it is. */
export class Printing extends Started {
  private readonly pieces: Buffer[] = [];

  constructor(child: ChildProcess) {
    super(child);
    child.stdout?.on('data', (bytes: Buffer) => this.take(bytes));
  }

  protected take(bytes: Buffer): void {
    this.pieces.push(bytes);
  }

  get output(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

/** Starts the built nettop; it ends with the test. `within`: a command that it runs under, such as `ip netns exec NAME`. */
export function startChild(
  t: TestContext,
  args: readonly string[],
  within: readonly string[] = [],
  output: 'pipe' | 'ignore' = 'pipe',
): ChildProcess {
  const [command = '', ...rest] = [...within, process.execPath, cli, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', output, 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

export const startPrinting = (t: TestContext, args: readonly string[]): Printing =>
  new Printing(startChild(t, args));
